import { Decimal } from 'decimal.js';

// Wide enough that no sum of the numbers accepted below is ever rounded: 200 digits before, 500 behind the point.
const Wide = Decimal.clone({ precision: 4000, toExpNeg: -400, toExpPos: 400 });
export type Exact = Decimal;

const PLAIN = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?$/;
const LONGEST = 200;
const LARGEST_EXPONENT = 300;

export const ZERO: Exact = new Wide(0);

/** A decimal from a JavaScript number of a definition: what was written, not its binary neighbour. */
export const exactOf = (value: number): Exact => new Wide(value);

/**
 * A number as data files write it: digits, at most one decimal point, an optional sign and exponent (to 300), spaces
 * around it ignored. No thousands separators, no decimal comma, no units, no hexadecimal, at most 200 characters:
 * undefined for everything else, because a guess would be worse than an error.
 */
export const readPlainNumber = (text: string): Exact | undefined => {
  const trimmed = text.trim();
  if (trimmed.length > LONGEST || !PLAIN.test(trimmed)) return undefined;
  const number = new Wide(trimmed);
  return Math.abs(number.e) > LARGEST_EXPONENT && !number.isZero() ? undefined : number;
};

const GROUPED = /^\d{1,3}(?:([,'’ \u00a0\u2009\u202f])\d{3})(?:\1\d{3})*(?:\.\d+)?$/;

/**
 * A number as prose writes it: `1204331`, `1,204,331`, `1,204,331.50`, `1 204 331`, `1'204'331`, `-3.2`, `−3.2`, `+3.2`,
 * each with an optional `%` behind it, which is a unit only: `3.2 %` is 3.2. The point is always the decimal sign; a
 * comma, an apostrophe or a space only ever separates groups of three digits, so `3,2` and `1.204.331` are no numbers.
 */
export const readProseNumber = (text: string): Exact | undefined => {
  const bare = text
    .trim()
    .replace(/\s*%$/u, '')
    .replace(/^\u2212/u, '-');
  const plain = readPlainNumber(bare);
  if (plain !== undefined) return plain;
  const sign = /^[+-]/.exec(bare)?.[0] ?? '';
  const digits = bare.slice(sign.length);
  return bare.length <= LONGEST && GROUPED.test(digits)
    ? readPlainNumber(sign + digits.replace(/[^\d.]/g, ''))
    : undefined;
};

/** Is `found` within the tolerance of `source`: absolute, or a percentage of the source (`1%`)? The edge is inside. */
export const agree = (found: Exact, source: Exact, tolerance: number | string): boolean => {
  const text = String(tolerance);
  const allowed = text.endsWith('%') ? source.abs().times(text.slice(0, -1)).dividedBy(100) : new Wide(text);
  return found.minus(source).abs().lessThanOrEqualTo(allowed);
};

const SHORT = /^([+-]?)(\d{0,12})(?:\.(\d{0,3}))?$/;
const WHOLE_LIMIT = 2 ** 52;

/**
 * Adds plain numbers exactly. Short ones, up to 12 digits before and 3 behind the point, are added as whole thousandths
 * in a JavaScript integer, which is exact below 2^53 and ten times faster; all others as decimals.
 */
export class ExactSum {
  #sum: Exact = ZERO;
  #thousandths = 0;

  /** False, and nothing added, when the text is no plain number. */
  add(text: string): boolean {
    const short = SHORT.exec(text);
    const [, sign, whole = '', part = ''] = short ?? [];
    if (short && whole.length + part.length > 0) {
      const value = Number(whole + part.padEnd(3, '0'));
      this.#thousandths += sign === '-' ? -value : value;
      if (Math.abs(this.#thousandths) > WHOLE_LIMIT) this.#carry();
      return true;
    }
    const number = readPlainNumber(text);
    if (number === undefined) return false;
    this.#sum = this.#sum.plus(number);
    return true;
  }

  total(): Exact {
    this.#carry();
    return this.#sum;
  }

  #carry(): void {
    this.#sum = this.#sum.plus(new Wide(this.#thousandths).dividedBy(1000));
    this.#thousandths = 0;
  }
}

const FEW_DIGITS = /^[+-]?\d{1,9}(?:\.\d{1,6})?$/;

/**
 * A comparison of cells with a limit: negative, 0 or positive, undefined for a cell that is no plain number. Decimals of
 * at most 15 digits keep their order and equality as doubles, so those are compared as such; all others as decimals.
 */
export const comparisonWith = (limit: Exact): ((text: string) => number | undefined) => {
  const double = FEW_DIGITS.test(limit.toFixed()) ? limit.toNumber() : undefined;
  return (text) => {
    if (double !== undefined && FEW_DIGITS.test(text)) return Number(text) - double;
    return readPlainNumber(text)?.comparedTo(limit);
  };
};
