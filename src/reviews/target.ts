import { posix } from 'node:path';
import type { RunRow } from '../store/schema.ts';
import type { Home, Workflow } from '../workflows/home.ts';
import { localDateOf } from './when.ts';

export const PRODUCTION = 'production';
/** Where copies are prepared, inside `production/` so that one rename puts them into place. */
export const INCOMING = `${PRODUCTION}/.incoming`;

type Dated = Pick<RunRow, 'id' | 'scheduled_for' | 'started_at' | 'queued_at'>;

/**
 * The home-relative folder a run's outputs go to, placeholders filled in, without a slash at the end. `{date}` is the
 * local date of the slot, else of the start, in the schedule's zone, else the team's (home-format).
 * @throws Error where the definition would leave `production/`; the loader refuses such a one before.
 */
export function wantedTarget(home: Pick<Home, 'team'>, workflow: Workflow, run: Dated): string {
  const zone = workflow.spec.schedule?.timezone ?? home.team.timezone;
  const at = run.scheduled_for ?? run.started_at ?? run.queued_at;
  const date = () => localDateOf(at, zone);
  const pattern = workflow.spec.production ?? '{workflow}/{run_id}/';
  const filled = pattern
    .replaceAll('{date}', date)
    .replaceAll('{run_id}', run.id)
    .replaceAll('{workflow}', workflow.name);
  const target = posix.join(PRODUCTION, filled).replace(/\/+$/, '');
  const first = target.split('/')[1];
  if (!target.startsWith(`${PRODUCTION}/`) || first === undefined || first.startsWith('.')) {
    throw new Error(`${workflow.name} would be promoted to ${target}, which is no folder of its own under production/`);
  }
  return target;
}
