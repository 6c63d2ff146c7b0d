import { randomUUID } from 'node:crypto';
import { teamFile } from '#src/people/team.ts';
import type { Db } from '#src/store/db.ts';
import type { NewRun, ReviewState } from '#src/store/schema.ts';
import { workflowFile } from '#src/workflows/definition.ts';
import type { Home, Workflow } from '#src/workflows/home.ts';

export const PEOPLE = {
  maya: { name: 'Maya Lindt', email: 'maya@acme.example', roles: ['owner', 'approver'] },
  jon: { name: 'Jon Okafor', email: 'jon@acme.example', roles: ['admin', 'approver'] },
  ana: { name: 'Ana Ruiz', email: 'ana@acme.example', roles: ['approver'] },
};

export const RATES = { currency: 'EUR', loaded_per_hour: 60, infra_per_month: 120, overhead_hours_per_month: 6 };

/** A home of these workflows (spec keys beside the required ones), in Berlin. */
export function homeOf(workflows: Record<string, object>, team: object = {}): Home {
  const parsed = Object.entries(workflows).map(([name, spec]): [string, Workflow] => [
    name,
    {
      name,
      hash: `sha256:${'d'.repeat(64)}`,
      schemas: {},
      kit: null,
      spec: workflowFile.parse({
        workflow: name,
        title: `The ${name}`,
        outcome: 'One page.',
        owner: 'maya',
        steps: [{ id: 'brief', skill: 'brief-v1' }],
        review: { approvers: ['ana', 'jon'] },
        ...spec,
      }),
    },
  ]);
  return {
    hash: `sha256:${randomUUID().replaceAll('-', '').padEnd(64, '0')}`,
    root: '/home-of-tests',
    team: teamFile.parse({ team: 'Acme', timezone: 'Europe/Berlin', people: PEOPLE, ...team }),
    workflows: Object.fromEntries(parsed),
    skills: {},
  };
}

export const storeHome = async (db: Db, home: Home, at: Date): Promise<number> =>
  (
    await db
      .insertInto('snapshots')
      .values({ hash: home.hash, home: JSON.stringify(home), created_at: at })
      .returning('id')
      .executeTakeFirstOrThrow()
  ).id;

export interface Seeded extends Partial<NewRun> {
  id: string;
  workflow: string;
  ended_at: Date | null;
}

/** A run as the record has it after it ended well; any column may be given. */
export async function addRun(db: Db, snapshot_id: number, run: Seeded): Promise<void> {
  const at = run.ended_at ?? new Date('2026-11-10T08:00:00Z');
  await db
    .insertInto('runs')
    .values({
      snapshot_id,
      definition_hash: `sha256:${'d'.repeat(64)}`,
      severity: 'P2',
      tier: 'T2',
      data_class: 'internal',
      trigger_kind: 'schedule',
      trigger_by: 'service',
      via: 'schedule',
      queued_at: new Date(at.getTime() - 60_000),
      started_at: new Date(at.getTime() - 30_000),
      state: run.ended_at ? 'ended' : 'running',
      status: run.ended_at ? 'SUCCESS' : null,
      ...run,
    })
    .execute();
}

/** Its promotion, placed when the run ended. */
export async function deliver(db: Db, run: { id: string; workflow: string; ended_at: Date }): Promise<void> {
  const target = `production/${run.workflow}/${run.id}`;
  await db
    .insertInto('promotions')
    .values({
      run_id: run.id,
      workflow: run.workflow,
      state: 'placed',
      wanted: target,
      target,
      output_hash: `sha256:${'a'.repeat(64)}`,
      requested_at: run.ended_at,
      placed_at: run.ended_at,
    })
    .execute();
  await db.updateTable('runs').set({ promoted_to: target, route: 'promoted' }).where('id', '=', run.id).execute();
}

/** A review of a run, tied to it; `at` is when it was opened. */
export async function addReview(
  db: Db,
  run: { id: string; workflow: string },
  at: Date,
  more: { state?: ReviewState; quorum?: number; approved_by?: string[]; due_at?: Date; decided_at?: Date } = {},
): Promise<number> {
  const { id } = await db
    .insertInto('reviews')
    .values({
      run_id: run.id,
      workflow: run.workflow,
      state: 'open',
      severity: 'P2',
      tier: 'T2',
      data_class: 'internal',
      quorum: 1,
      reasons: ['T2 needs one approval'],
      eligible: ['ana', 'jon'],
      output_hash: `sha256:${'a'.repeat(64)}`,
      definition_hash: `sha256:${'d'.repeat(64)}`,
      brief_hash: `sha256:${'b'.repeat(64)}`,
      opened_at: at,
      asked_at: at,
      due_at: new Date(at.getTime() + 24 * 3_600_000),
      ...more,
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  await db.updateTable('runs').set({ review_id: id }).where('id', '=', run.id).execute();
  return id;
}

export const addDecision = (
  db: Db,
  review_id: number,
  more: { person: string; seconds: number | null; verdict?: 'approve' | 'reject' | 'ask'; at: Date },
) =>
  db
    .insertInto('decisions')
    .values({
      review_id,
      revision: 1,
      person: more.person,
      email: `${more.person}@acme.example`,
      via: 'console',
      verdict: more.verdict ?? 'approve',
      output_hash: `sha256:${'a'.repeat(64)}`,
      definition_hash: `sha256:${'d'.repeat(64)}`,
      brief_hash: `sha256:${'b'.repeat(64)}`,
      decided_at: more.at,
      review_seconds: more.seconds,
    })
    .execute();
