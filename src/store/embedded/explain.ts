import { CoworkError } from '../../errors.ts';

const ELSEWHERE = 'or set DATABASE_URL to a PostgreSQL 15 or newer server of your own.';

/** What PostgreSQL prints, and what a person should do about it. The first match wins. */
const KNOWN: readonly [RegExp, (data: string) => string][] = [
  [
    /could not look up effective user ID (\d+)/i,
    () =>
      'PostgreSQL needs a name for the user it runs as, and this user id has none in /etc/passwd. ' +
      `Add one, start Cowork Ops as a user that has a name, ${ELSEWHERE}`,
  ],
  [
    /could not create (semaphores|shared memory segment)/i,
    () => `The system allows no more semaphores or shared memory. Raise kernel.sem and kernel.shmmni, ${ELSEWHERE}`,
  ],
  [
    /No space left on device|ENOSPC|Disk quota exceeded|EDQUOT/i,
    (data) => `The disk of ${data} is full. Free some space and start again; nothing that was committed is lost.`,
  ],
  [
    /Read-only file system|EROFS/i,
    (data) => `${data} lies on a read-only file system. Set COWORK_DATA to a folder that can be written, ${ELSEWHERE}`,
  ],
  [
    /incompatible with server|initialized by PostgreSQL version/i,
    (data) =>
      `The data in ${data} belongs to another major version of PostgreSQL. Start the Cowork Ops that wrote it, ${ELSEWHERE}`,
  ],
  [
    /address already in use|could not bind|could not create any (TCP\/IP|Unix-domain) sockets/i,
    (data) =>
      `The embedded PostgreSQL could not open its socket for ${data}: somebody else uses it. Stop that process, ${ELSEWHERE}`,
  ],
  [
    /Permission denied|Operation not permitted|EACCES|EPERM|could not change permissions/i,
    (data) =>
      `${data} cannot be used: permission denied. It must belong to the user who starts Cowork Ops. ` +
      `Correct its owner, set COWORK_DATA to another folder, ${ELSEWHERE}`,
  ],
  [
    /invalid record length|could not locate a valid checkpoint|invalid checkpoint|could not read file "global/i,
    (data) => `The data in ${data} is damaged. Restore it from a backup, ${ELSEWHERE}`,
  ],
];

/** The error for a start that failed: one sentence for the person, the raw output for the log. */
export function explain(doing: string, output: string, data: string): CoworkError {
  const known = KNOWN.find(([pattern]) => pattern.test(output))?.[1](data);
  const last = output.trim().split('\n').at(-1) ?? '';
  return new CoworkError(
    'unavailable',
    known ?? `The embedded PostgreSQL could not ${doing} (${last}). Look at the log beside ${data}, ${ELSEWHERE}`,
    { detail: { output: output.slice(-4000) } },
  );
}
