import { invalid } from '../src/errors.ts';
import { parseDuration } from '../src/values/scalars.ts';

const UNITS = {
  s: 's',
  sec: 's',
  second: 's',
  m: 'm',
  min: 'm',
  minute: 'm',
  h: 'h',
  hour: 'h',
  d: 'd',
  day: 'd',
  w: 'w',
  week: 'w',
};
const SPOKEN = /^([0-9]{1,6}) ?([a-z]+?)s?$/;

/** Milliseconds of a length of time as people write it: `2h`, `90 min`, `3 days`, `1w`; undefined where it is none. */
export function readDuration(text: string): number | undefined {
  const match = SPOKEN.exec(text.trim().toLowerCase());
  const unit = match?.[2] && Object.hasOwn(UNITS, match[2]) ? UNITS[match[2] as keyof typeof UNITS] : undefined;
  const ms = match && unit ? parseDuration(`${match[1]}${unit}`) : undefined;
  return ms === undefined || ms === 0 ? undefined : ms;
}

/** As `readDuration`, but throws `invalid` with how to write one. */
export function durationOf(text: string): number {
  const ms = readDuration(text);
  if (ms === undefined)
    throw invalid(`${JSON.stringify(text.slice(0, 40))} is no length of time. Write 2h, 90m, 3d or 1w.`);
  return ms;
}
