import { Decimal } from 'decimal.js';

/** By how much a figure has moved: in percent of the earlier one, or, where both are percentages, in points. */
export interface Change {
  by: number;
  in: 'percent' | 'points';
}

/** Digits and signs first, then perhaps a unit; or a currency sign first. */
const SHAPE = /^([^\d\s+\-−.,]{0,3})\s?([+\-−]?)(\d[\d.,'’\u00A0\u202F ]*)\s*(\D{0,20})$/u;
const LONGEST = 40;

// Two ways to write a number: thousands by comma and decimals by point, or the other way round.
const GROUPED = [
  { form: /^(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?$/, group: /,/g, point: '.' },
  { form: /^(?:\d{1,3}(?:\.\d{3})+|\d+)(?:,\d+)?$/, group: /\./g, point: ',' },
] as const;

interface Figure {
  unit: string;
  /** One value per way of reading it; null where it is none that way. */
  readings: (Decimal | null)[];
}

/**
 * The change from `last` to `value`, rounded to one decimal; null where either is no plain figure, units or signs
 * differ, the earlier one is zero, or the two ways to read the signs in them (`1,204` or `1.204`) would say different things.
 */
export function changeOf(last: string, value: string): Change | null {
  const [before, now] = [figureOf(last), figureOf(value)];
  if (!before || !now || before.unit !== now.unit) return null;
  const points = now.unit === '%';
  const changes = GROUPED.flatMap((_, way) => {
    const [from, to] = [before.readings[way], now.readings[way]];
    if (!from || !to) return [];
    if (points) return [to.minus(from)];
    return [from.isZero() || from.isNegative() !== to.isNegative() ? null : to.minus(from).div(from.abs()).times(100)];
  });
  const [first] = changes;
  if (!first || changes.some((each) => !each?.toDecimalPlaces(1).eq(first.toDecimalPlaces(1)))) return null;
  return { by: first.toDecimalPlaces(1).plus(0).toNumber() || 0, in: points ? 'points' : 'percent' };
}

function figureOf(text: string): Figure | null {
  if (text.length > LONGEST) return null;
  const match = SHAPE.exec(text.trim());
  if (!match) return null;
  const [, before = '', sign = '', digits = '', after = ''] = match;
  // Thousands may also be set apart by spaces or apostrophes; those never stand for a decimal point.
  const plain = digits.trim().replace(/(?<=\d)['’\u00A0\u202F ](?=\d{3}(?!\d))/g, '');
  const readings = GROUPED.map(({ form, group, point }) => {
    if (!form.test(plain)) return null;
    const number = new Decimal(plain.replace(group, '').replace(point, '.'));
    return sign === '-' || sign === '−' ? number.neg() : number;
  });
  if (readings.every((reading) => reading === null)) return null;
  return { unit: `${before.trim()}${after.trim()}`, readings };
}
