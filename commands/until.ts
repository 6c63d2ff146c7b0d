import { DateTime } from 'luxon';
import { invalid } from '../src/errors.ts';
import { parseDuration } from '../src/values/scalars.ts';

/** An end a person wrote: a duration from now (`2h`), or a local date or time of the team's zone; null where none is given. */
export function untilOf(text: string | undefined, now: Date, zone: string): Date | null {
  if (text === undefined) return null;
  const ms = parseDuration(text);
  if (ms !== undefined) return new Date(now.getTime() + ms);
  const local = DateTime.fromISO(text, { zone });
  if (local.isValid && /^\d{4}-\d{2}-\d{2}/.test(text)) return local.toJSDate();
  throw invalid(
    `${JSON.stringify(text.slice(0, 40))} is no time. Write 2h, 3d, 2026-12-01 or 2026-12-01T09:00 (${zone}).`,
  );
}
