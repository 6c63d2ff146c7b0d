/** No system hands out user ids from here on. */
const FIRST = 1_700_000_000;
/** Attempts that one worker can have side by side. */
const EACH = 64;
/** The kernel's highest number of process ids. */
const WORKERS = 4_194_304;

const inUse = new Set<number>();
let last = 0;

/**
 * A user id nobody on this host has, made of the worker's pid and a counter, so that two attempts side by side, also of
 * two workers, never share one. To be given back by `releaseUser`.
 *
 * @returns null when all of this worker's are taken
 */
export function freshUser(): number | null {
  for (let tries = 0; tries < EACH; tries += 1) {
    last = (last + 1) % EACH;
    const user = FIRST + (process.pid % WORKERS) * EACH + last;
    if (inUse.has(user)) continue;
    inUse.add(user);
    return user;
  }
  return null;
}

export const releaseUser = (user: number | null): void => {
  if (user !== null) inUse.delete(user);
};

/** The pid of the worker that made this user, or null where no worker did. */
export const workerOf = (user: number | undefined): number | null =>
  user !== undefined && user >= FIRST && user < FIRST + WORKERS * EACH ? Math.floor((user - FIRST) / EACH) : null;
