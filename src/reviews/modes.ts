import { isOpenClass } from '../people/permissions.ts';
import type { DataClass } from '../values/scalars.ts';

/** How promoted folders and files are protected on disk. */
export interface Modes {
  folder: number;
  file: number;
}

/**
 * Files in production are read-only to all. A confidential or restricted workflow's folder is closed to everybody but its
 * owner and group, so that a world-readable parent shows its name and nothing more (P2.3: made private, not refused).
 */
export const modesOf = (dataClass: DataClass): Modes =>
  isOpenClass(dataClass) ? { folder: 0o755, file: 0o444 } : { folder: 0o750, file: 0o440 };
