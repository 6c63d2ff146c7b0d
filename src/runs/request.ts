import { closest } from 'fastest-levenshtein';
import { notFound } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Tx } from '../store/db.ts';
import type { Snapshot, Workflow } from '../workflows/home.ts';
import { startOnce } from './asked-once.ts';
import { type Asker, actorOf, permit } from './permit.ts';
import { startRun } from './start.ts';

export interface RunRequest extends Asker {
  workflow: string;
  texts?: Readonly<Record<string, string>> | undefined;
}

/**
 * Starts a run because somebody asked for it: the one door for chat, console, CLI and API. A person who starts it may not
 * approve what comes of it; without a person it runs as the service and bars nobody. A pause holds schedules, not people.
 * `within` is a transaction of the caller's, where there is one already.
 */
export async function requestRun(ground: Ground, request: RunRequest, within?: Tx): Promise<{ run_id: string }> {
  const begin = async () => {
    const snapshot = await ground.homes.active();
    const workflow = workflowNamed(snapshot, request.workflow);
    permit(ground, snapshot, request, 'run', { workflow });
    const start = (tx: Tx) =>
      startRun(tx, ground, {
        snapshot,
        workflow: workflow.name,
        trigger: { kind: request.via === 'api' ? 'api' : 'person', by: actorOf(request) },
        via: request.via,
        scheduledFor: null,
        operator: request.operator,
        askedBy: request.ask,
        texts: request.texts,
      });
    return within ? start(within) : ground.db.transaction().execute(start);
  };
  return within ? begin() : startOnce(ground.db, request.ask, begin);
}

/** The workflow, or `not_found` with the nearest right name. */
export const workflowNamed = ({ home }: Snapshot, name: string): Workflow => {
  const found = Object.hasOwn(home.workflows, name) ? home.workflows[name] : undefined;
  if (found) return found;
  const names = Object.keys(home.workflows);
  const nearest = names.length > 0 ? ` Did you mean ${closest(name.slice(0, 100), names)}?` : '';
  throw notFound(`There is no workflow named ${JSON.stringify(name.slice(0, 100))}.${nearest}`);
};
