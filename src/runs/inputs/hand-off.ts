import { join } from 'node:path';
import type { Db } from '../../store/db.ts';
import { durationMs } from '../../values/scalars.ts';
import { type Fetched, failed, missing, staleness } from './fetched.ts';
import { type FileSource, fetchExact } from './file.ts';

export interface HandOffInput {
  workflow: string;
  /** Path relative to the other workflow's outputs. */
  file: string;
  max_age?: string | undefined;
}

/**
 * Copies a file of another workflow's latest promoted outputs (home-relative under `production/`) and compares it with
 * the record: a production file that somebody edited is refused, not handed on. `max_age` counts from the promotion.
 */
export async function fetchHandOff(
  input: HandOffInput,
  target: string,
  from: FileSource & { db: Db },
): Promise<Fetched> {
  const wanted = `${input.file} of ${input.workflow}`;
  const latest = await latestPromotion(from.db, input.workflow);
  if (!latest?.target) return missing(wanted, `${input.workflow} has promoted nothing yet`);
  const path = join(latest.target, input.file);
  const recorded = await from.db
    .selectFrom('outputs')
    .select('sha256')
    .where('run_id', '=', latest.run_id)
    .where('path', '=', input.file)
    .executeTakeFirst();
  if (!recorded) return missing(wanted, `the promoted run ${latest.run_id} has no output ${input.file}`);
  const limit = input.max_age ? durationMs(input.max_age) : Number.POSITIVE_INFINITY;
  const stale = staleness(wanted, latest.placed_at ?? latest.requested_at, from.clock.now(), limit);
  if (stale) return stale;
  const fetched = await fetchExact(path, target, from);
  if (fetched.status === 'ok' && fetched.files[0]?.sha256 !== recorded.sha256)
    return failed(path, `${path} is not what was promoted by ${latest.run_id}: its hash differs from the record`);
  return fetched;
}

const latestPromotion = (db: Db, workflow: string) =>
  db
    .selectFrom('promotions')
    .select(['run_id', 'target', 'placed_at', 'requested_at'])
    .where('workflow', '=', workflow)
    .where('state', '=', 'placed')
    .orderBy('placed_at', 'desc')
    .orderBy('run_id', 'desc')
    .limit(1)
    .executeTakeFirst();
