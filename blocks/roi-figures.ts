import type { ReviewShare } from '../src/reports/review-share.ts';

/** What is said where a figure is not known: never zero, never nothing. */
export const UNKNOWN = 'unavailable';

/** `3,412.00`: in a column of figures with two decimals, so that the parts add up to the eye as well. */
export const amount = (value: number): string =>
  value.toLocaleString('en-GB', { minimumFractionDigits: 2, maximumFractionDigits: 2 });

/** `3,412`, `95.50`: in a sentence no decimals that say nothing. */
export const spoken = (value: number): string => amount(value).replace(/\.00$/, '');

/** `52.5 hours saved`. */
export const hoursText = (value: number | null): string =>
  value === null ? 'hours saved unavailable' : `${hours(value)} hours saved`;

/** `52.5`, `0.33`. */
export const hours = (value: number): string => value.toLocaleString('en-GB', { maximumFractionDigits: 2 });

/** `+3,412 EUR`, `95.50 EUR`; without a currency it says that none is set. */
export function moneyText(value: number | null, currency: string | null, { sign = false } = {}): string {
  if (value === null) return UNKNOWN;
  return `${sign && value > 0 ? '+' : ''}${spoken(value)} ${currency ?? '(no currency set)'}`;
}

/** All costs together; null where any of them is unavailable. */
export const totalCost = (cost: { tokens: number; infra: number | null; overhead: number | null }): number | null =>
  cost.infra === null || cost.overhead === null ? null : cost.tokens + cost.infra + cost.overhead;

/** `Review took 1.33 of the 21 hours that the work takes by hand (6 %)`. */
export const shareText = ({ review_hours, manual_hours, share }: ReviewShare): string =>
  `Review took ${hours(review_hours)} of the ${hours(manual_hours)} hours that the work takes by hand (${Math.round(share * 100)} %)`;
