import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { raiseAlert } from '#src/alerts/raise.ts';
import { recoverAlerts } from '#src/alerts/recover.ts';
import { type Team, teamFile } from '#src/people/team.ts';
import type { ClockPorts } from '#src/runs/slots-ports.ts';
import { startRuns } from '#src/runs/start.ts';
import { workflowFile } from '#src/workflows/definition.ts';
import type { Home, Snapshot, Workflow } from '#src/workflows/home.ts';
import { syncSchedules } from '#src/workflows/schedule-sync.ts';
import { TestClock } from '#test/setup/clock.ts';
import { type TestGround, testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';

export const aTeam = (extra: Record<string, unknown> = {}): Team =>
  teamFile.parse({
    team: 'Acme',
    timezone: 'Europe/Berlin',
    people: {
      maya: { name: 'Maya Lindt', email: 'maya@acme.example', roles: ['owner', 'approver'] },
      jon: { name: 'Jon Okafor', email: 'jon@acme.example', roles: ['admin'] },
      ana: { name: 'Ana Ruiz', email: 'ana@acme.example', roles: ['scheduler'] },
      eve: { name: 'Eve Stone', email: 'eve@acme.example', roles: ['viewer', 'approver'] },
    },
    ...extra,
  });

/** A workflow with this schedule (left out: none); `extra` are further keys of its file. */
export const aWorkflow = (
  name: string,
  schedule?: Record<string, unknown>,
  extra: Record<string, unknown> = {},
): Workflow => ({
  name,
  hash: `sha256:${name}`,
  schemas: {},
  kit: null,
  spec: workflowFile.parse({
    workflow: name,
    title: name,
    outcome: 'A page.',
    owner: 'maya',
    steps: [{ id: 'only', skill: 'write-page-v1' }],
    review: { approvers: ['jon'] },
    ...(schedule ? { schedule: { timezone: 'UTC', ...schedule } } : {}),
    ...extra,
  }),
});

export const aHome = (workflows: Workflow[], team: Team = aTeam()): Home => ({
  hash: 'sha256:home',
  root: '/nowhere',
  team,
  workflows: Object.fromEntries(workflows.map((workflow) => [workflow.name, workflow])),
  skills: {},
});

export interface World {
  database: FreshDatabase;
  ground: TestGround;
  ports: ClockPorts & { cancelled: { ids: readonly string[]; why: string }[] };
  /** Makes this the active home, schedules in step, as an activation does. */
  activate(home: Home): Promise<Snapshot>;
  /** Ends a run as its executor would. */
  endRun(id: string, how?: { promoted?: string }): Promise<void>;
  close(): Promise<void>;
}

/** A clock's ground on a real database: real slots, runs and alerts; jobs and cancels are written down. */
export async function aWorld(start = '2026-11-23T05:00:30Z', options: { max?: number } = {}): Promise<World> {
  const database = await freshDatabase(options);
  const data = mkdtempSync(join(tmpdir(), 'cowork-schedule-'));
  const ground = testGround(database.db, data, new TestClock(start));
  const cancelled: { ids: readonly string[]; why: string }[] = [];
  const world: World = {
    database,
    ground,
    ports: {
      cancelled,
      startRuns: (tx, requests) => startRuns(tx, ground, requests),
      cancelRuns: async (_tx, ids, why) => void cancelled.push({ ids, why }),
      raiseAlert: (tx, alert) => raiseAlert(tx, ground.clock.now(), alert),
      recoverAlerts: (tx, keys, by) => recoverAlerts(tx, ground.clock.now(), keys, by),
      mayStartSchedules: () => ({ ok: true }),
    },
    async activate(home) {
      const now = ground.clock.now();
      return database.db.transaction().execute(async (tx) => {
        const { count } = await tx
          .selectFrom('snapshots')
          .select((each) => each.fn.countAll<number>().as('count'))
          .executeTakeFirstOrThrow();
        const { id } = await tx
          .insertInto('snapshots')
          .values({ hash: `${home.hash}-${count}`, home: JSON.stringify(home), created_at: now })
          .returning('id')
          .executeTakeFirstOrThrow();
        await tx
          .insertInto('active_snapshot')
          .values({ snapshot_id: id, activated_at: now })
          .onConflict((taken) => taken.column('only_row').doUpdateSet({ snapshot_id: id, activated_at: now }))
          .execute();
        await syncSchedules(tx, home, now);
        return ground.homes.hold(id, home);
      });
    },
    async endRun(id, how = {}) {
      const now = ground.clock.now();
      await database.db
        .updateTable('runs')
        .set({ state: 'ended', status: 'SUCCESS', started_at: now, ended_at: now, promoted_to: how.promoted ?? null })
        .where('id', '=', id)
        .execute();
    },
    async close() {
      await database.drop();
      rmSync(data, { recursive: true, force: true });
    },
  };
  return world;
}

export const slotsOf = (world: World, workflow: string) =>
  world.database.db
    .selectFrom('slots')
    .selectAll()
    .where('workflow', '=', workflow)
    .orderBy('scheduled_for')
    .execute()
    .then((rows) => rows.map((row) => [row.scheduled_for.toISOString().slice(11, 16), row.state, row.reason] as const));

export const runsOf = (world: World, workflow: string) =>
  world.database.db
    .selectFrom('runs')
    .selectAll()
    .where('workflow', '=', workflow)
    .orderBy('scheduled_for', (order) => order.asc().nullsFirst())
    .execute();

export const alertsOf = (world: World) => world.database.db.selectFrom('alerts').selectAll().orderBy('id').execute();

export const auditOf = (world: World, act: string) =>
  world.database.db.selectFrom('audit').selectAll().where('act', '=', act).orderBy('id').execute();
