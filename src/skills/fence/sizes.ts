const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'];

/** Bytes in words, in steps of 1,024: `1 GB`, `1.2 GB`, `512 kB`. */
export function bytesInWords(bytes: number): string {
  let value = bytes;
  let unit = 0;
  while (value >= 1024 && unit < UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  const digits = unit > 0 && value < 10 ? 1 : 0;
  return `${Number(value.toFixed(digits)).toLocaleString('en-GB')} ${UNITS[unit]}`;
}

/** A count with thousands separated: `10,000`. */
export const countInWords = (count: number): string => count.toLocaleString('en-GB');

/** Milliseconds in words: `10 min`, `90 s`, `1.5 s`, `2 h`. */
export function timeInWords(ms: number): string {
  if (ms >= 3_600_000 && ms % 3_600_000 === 0) return `${ms / 3_600_000} h`;
  if (ms >= 120_000 && ms % 60_000 === 0) return `${ms / 60_000} min`;
  return `${Number((ms / 1000).toFixed(ms < 10_000 ? 1 : 0))} s`;
}
