const SHAPE =
  /^(\d{4})(?:-?Q([1-4])|-(\d{2})(?:-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?)?)?$/;

const zoneMinutes = (zone: string | undefined): number | undefined => {
  if (zone === undefined || zone === 'Z') return 0;
  const [hours, minutes] = [Number(zone.slice(1, 3)), Number(zone.slice(-2))];
  return hours > 14 || minutes > 59 ? undefined : (zone.startsWith('-') ? -1 : 1) * (hours * 60 + minutes);
};

/**
 * Milliseconds since 1970 of a date as data files write it: `2026`, `2026-Q3` or `2026Q3`, `2026-11`, `2026-11-23`,
 * `2026-11-23T06:00`, with seconds and fractions, a space for the `T`, and `Z` or an offset; without one it is UTC. What
 * names a span counts from its first instant, which is the strict reading where freshness is asked. Undefined for
 * everything else, impossible dates and Unix times included.
 */
export const readDate = (text: string): number | undefined => {
  const parts = SHAPE.exec(text.trim());
  if (!parts) return undefined;
  const [, year, quarter, month, day, hour, minute, second, fraction, zone] = parts;
  const offset = zoneMinutes(zone);
  if (offset === undefined) return undefined;
  const monthIndex = quarter === undefined ? Number(month ?? 1) - 1 : (Number(quarter) - 1) * 3;
  const clock = [Number(hour ?? 0), Number(minute ?? 0), Number(second ?? 0)] as const;
  const date = new Date(0);
  date.setUTCFullYear(Number(year), monthIndex, Number(day ?? 1));
  const rolledOver = date.getUTCMonth() !== monthIndex || date.getUTCDate() !== Number(day ?? 1);
  if (rolledOver || clock[0] > 23 || clock[1] > 59 || clock[2] > 59) return undefined;
  const ms = Number(`0.${fraction ?? 0}`) * 1000;
  return date.getTime() + ((clock[0] * 60 + clock[1] - offset) * 60 + clock[2]) * 1000 + Math.floor(ms);
};

/** `22 d`, `5 h`, `12 min`: rounded down to the unit a person would use. */
export const spanText = (ms: number): string => {
  const minutes = Math.floor(ms / 60_000);
  if (minutes < 120) return `${minutes} min`;
  return minutes < 48 * 60 ? `${Math.floor(minutes / 60)} h` : `${Math.floor(minutes / 1440)} d`;
};
