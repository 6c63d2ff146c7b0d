import { RE2JS } from 're2js';
import { CheckProblem, type SpecOf } from './check.ts';
import { readDate } from './dates.ts';
import { comparisonWith, exactOf, readPlainNumber } from './numbers.ts';

/** One rule of a `column` check that looks at a cell alone. */
export interface CellRule {
  name: 'not_null' | 'min' | 'max' | 'pattern' | 'in';
  breaks(cell: string, empty: boolean): boolean;
}

const bound = (name: 'min' | 'max', limit: number | string): CellRule => {
  const outside = (compared: number) => (name === 'min' ? compared < 0 : compared > 0);
  const number = typeof limit === 'number' ? exactOf(limit) : undefined;
  // `2026` in quotes is a year to a person who writes dates, and a plain number in YAML is one already.
  const date = typeof limit === 'string' ? readDate(limit) : undefined;
  if (date !== undefined) {
    const breaks = (cell: string) => {
      const value = readDate(cell);
      return value === undefined || outside(value - date);
    };
    return { name, breaks: (cell, empty) => !empty && breaks(cell) };
  }
  const least = number ?? readPlainNumber(String(limit));
  if (least === undefined) throw new CheckProblem(`${name}: ${limit} is neither a number nor a date`);
  const compare = comparisonWith(least);
  const breaks = (cell: string) => {
    const compared = compare(cell);
    return compared === undefined || outside(compared);
  };
  return { name, breaks: (cell, empty) => !empty && breaks(cell) };
};

const oneOf = (list: readonly (string | number)[]): CellRule => {
  const texts = new Set(list.map(String));
  const numbers = list.filter((entry) => typeof entry === 'number').map(exactOf);
  const equal = (cell: string) => {
    const value = numbers.length > 0 ? readPlainNumber(cell) : undefined;
    return value !== undefined && numbers.some((number) => number.equals(value));
  };
  return { name: 'in', breaks: (cell, empty) => !empty && !texts.has(cell) && !equal(cell) };
};

const matching = (pattern: string): CellRule => {
  const compiled = RE2JS.compile(pattern);
  return { name: 'pattern', breaks: (cell, empty) => !empty && !compiled.matcher(cell).find() };
};

/** The cell rules that a check sets, in the order of home-format. */
export const rulesOf = (check: SpecOf<'column'>): CellRule[] => {
  const rules: CellRule[] = [];
  if (check.not_null) rules.push({ name: 'not_null', breaks: (_cell, empty) => empty });
  if (check.min !== undefined) rules.push(bound('min', check.min));
  if (check.max !== undefined) rules.push(bound('max', check.max));
  if (check.pattern !== undefined) rules.push(matching(check.pattern));
  if (check.in !== undefined) rules.push(oneOf(check.in));
  return rules;
};
