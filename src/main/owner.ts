import type { Config } from '../config.ts';
import { CoworkError } from '../errors.ts';
import type { Db } from '../store/db.ts';
import { isGone } from '../store/process-identity.ts';

/**
 * Why the address is taken: names the process of ours that serves this very data, where there is one; else the error as
 * it came.
 */
export async function whoHolds(db: Db, own: string, config: Config, error: CoworkError): Promise<CoworkError> {
  const others = await db
    .selectFrom('processes')
    .selectAll()
    .where('stopped_at', 'is', null)
    .where('url', 'is not', null)
    .where('id', '!=', own)
    .orderBy('started_at')
    .execute();
  const holder = others.find(
    (other) => !isGone(other, config.databaseUrl === null) && other.url?.includes(`:${config.port}`),
  );
  if (!holder) return error;
  return new CoworkError(
    'refused',
    `Cowork Ops runs on this data already: process ${holder.pid}, since ${holder.started_at.toISOString()}, at ${holder.url}. ` +
      'Use that one, stop it first, or set another PORT to run a second one beside it.',
    { cause: error },
  );
}
