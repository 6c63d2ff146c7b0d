import type { InputFile } from '../../store/schema.ts';

/** What became of one input. `path` is where it came from, as the manifest shows it; `detail` says what is wrong. */
export type Fetched =
  | { status: 'ok'; path: string; files: InputFile[] }
  | { status: 'missing' | 'stale' | 'failed'; path: string; detail: string };

export const missing = (path: string, detail: string): Fetched => ({ status: 'missing', path, detail });
export const failed = (path: string, detail: string): Fetched => ({ status: 'failed', path, detail });

/** `stale` when `at` lies further back than `maxAgeMs`, with both ages in hours or days for the reader; else undefined. */
export const staleness = (path: string, at: Date, now: Date, maxAgeMs: number): Fetched | undefined => {
  const age = now.getTime() - at.getTime();
  if (age <= maxAgeMs) return undefined;
  return {
    status: 'stale',
    path,
    detail: `${path} is ${inWords(age)} old; ${inWords(maxAgeMs)} is the most allowed`,
  };
};

const UNITS = [
  [86_400_000, 'days'],
  [3_600_000, 'hours'],
  [60_000, 'minutes'],
  [1000, 'seconds'],
] as const;

const inWords = (ms: number): string => {
  const [size, unit] = UNITS.find(([of]) => ms >= 2 * of) ?? [1000, 'seconds'];
  return `${Math.round(ms / size)} ${unit}`;
};
