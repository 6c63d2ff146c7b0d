import { randomUUID } from 'node:crypto';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { raiseAlert } from '#src/alerts/raise.ts';
import { recoverAlerts } from '#src/alerts/recover.ts';
import { teamFile } from '#src/people/team.ts';
import { executeRun } from '#src/runs/execute.ts';
import { hashFolder } from '#src/runs/files-hash.ts';
import { runFolder } from '#src/runs/folders.ts';
import type { ExecutePorts } from '#src/runs/ports.ts';
import { type StartRequest, startRun } from '#src/runs/start.ts';
import type { AttemptOutcome, AttemptRequest } from '#src/skills/runners/types.ts';
import { skillFile } from '#src/skills/spec.ts';
import type { RunRow } from '#src/store/schema.ts';
import { workflowFile } from '#src/workflows/definition.ts';
import type { Home, Skill, Snapshot, Workflow } from '#src/workflows/home.ts';
import { type TestGround, tempFolder, testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';

/** What a scripted skill does: write its files (into `collectTo`), answer, throw, or wait for the signal. */
export type Behaviour = (
  request: AttemptRequest,
) => Promise<Partial<AttemptOutcome> & { wrote?: Record<string, string> }>;

export const TEAM = teamFile.parse({
  team: 'Acme',
  timezone: 'Europe/Berlin',
  people: {
    maya: { name: 'Maya Lindt', email: 'maya@acme.example', roles: ['owner', 'approver'] },
    jon: { name: 'Jon Okafor', email: 'jon@acme.example', roles: ['admin', 'approver'] },
    vic: { name: 'Vic Viewer', email: 'vic@acme.example', roles: ['viewer'] },
  },
  rates: {
    currency: 'EUR',
    models: {
      'model-a': [
        { from: '2026-01-01', input: 3, output: 15 },
        { from: '2026-11-24', input: 300, output: 1500 },
      ],
    },
  },
});

const skillOf = (name: string, more: Record<string, unknown> = {}): Skill => ({
  name,
  description: 'A skill of the tests.',
  hash: `sha256:${Buffer.from(name).toString('hex').padEnd(64, '0').slice(0, 64)}`,
  spec: skillFile.parse({
    skill: name,
    owner: 'maya',
    task: 'Work.',
    action: 'Work.',
    result: 'A file.',
    runner: { kind: 'command', run: ['node', 'main.mjs'] },
    access: { read: ['inputs', 'steps'] },
    rollback: 'None.',
    ...more,
  }),
});

export interface HomeParts {
  /** Keys over a small workflow named `brief`: one step `make` with `make-v1`, tier T0. */
  workflow?: Record<string, unknown>;
  /** Keys over the specs of skills by name; every skill a step names exists. */
  skills?: Record<string, Record<string, unknown>>;
  schemas?: Record<string, unknown>;
}

export const workflowOf = ({ workflow = {}, schemas = {} }: HomeParts): Workflow => {
  const spec = workflowFile.parse({
    workflow: 'brief',
    title: 'Brief',
    outcome: 'A page.',
    owner: 'maya',
    tier: 'T0',
    steps: [{ id: 'make', skill: 'make-v1' }],
    review: { approvers: ['maya', 'jon'] },
    ...workflow,
  });
  return { name: spec.workflow, spec, hash: `sha256:${'d'.repeat(64)}`, schemas, kit: null };
};

/** A whole world for runs: database, home folder, data folder, scripted skills, and what the upper rooms were told. */
export class Stage implements AsyncDisposable {
  readonly database: FreshDatabase;
  readonly ground: TestGround;
  readonly root: string;
  readonly behaviours = new Map<string, Behaviour>();
  readonly requests: AttemptRequest[] = [];
  readonly strays: unknown[] = [];
  readonly reviews: { run_id: string; reasons: string[]; briefHash: string; run: RunRow }[] = [];
  readonly promotions: string[] = [];
  readonly env: Record<string, string | undefined> = {};
  readonly wakers = new Map<string, () => void>();
  snapshot!: Snapshot;
  #folder: AsyncDisposable & { path: string };

  private constructor(database: FreshDatabase, folder: AsyncDisposable & { path: string }) {
    this.database = database;
    this.#folder = folder;
    this.root = join(folder.path, 'home');
    this.ground = testGround(database.db, join(folder.path, 'data'));
  }

  static async make(parts: HomeParts = {}): Promise<Stage> {
    const folder = await tempFolder();
    const stage = new Stage(await freshDatabase(), folder);
    for (const path of [stage.root, stage.ground.data]) await mkdir(path, { recursive: true });
    await stage.hold(parts);
    return stage;
  }

  /** Activates another version of the home. */
  async hold(parts: HomeParts): Promise<Snapshot> {
    const workflow = workflowOf(parts);
    const names = [...new Set(workflow.spec.steps.map((step) => step.skill))];
    const home: Home = {
      hash: randomUUID(),
      root: this.root,
      team: TEAM,
      workflows: { [workflow.name]: workflow },
      skills: Object.fromEntries(names.map((name) => [name, skillOf(name, parts.skills?.[name])])),
    };
    const { id } = await this.ground.db
      .insertInto('snapshots')
      .values({ hash: home.hash, home: JSON.stringify(home), created_at: this.ground.clock.now() })
      .returning('id')
      .executeTakeFirstOrThrow();
    this.snapshot = this.ground.homes.hold(id, home);
    return this.snapshot;
  }

  get ports(): ExecutePorts {
    return {
      env: this.env,
      runAttempt: (request) => this.#attempt(request),
      runCheckCommand: async () => ({ exit: 0, text: 'fine' }),
      killStray: async (stray) => {
        this.strays.push(stray);
        return 'ended';
      },
      onRunNotice: (run_id, wake) => {
        this.wakers.set(run_id, wake);
        return () => this.wakers.delete(run_id);
      },
      openReview: async (_tx, { run }, reasons, briefHash) => {
        this.reviews.push({ run_id: run.id, reasons, briefHash, run });
        return this.reviews.length;
      },
      requestPromotion: async (_tx, { run }) => {
        this.promotions.push(run.id);
      },
      raiseAlert: (tx, alert) => raiseAlert(tx, this.ground.clock.now(), alert),
      recoverAlerts: (tx, keys, by) => recoverAlerts(tx, this.ground.clock.now(), keys, by),
      briefText: async ({ run }, reasons) => `# ${run.id}\n${reasons.join('\n')}\n`,
    };
  }

  async #attempt(request: AttemptRequest): Promise<AttemptOutcome> {
    this.requests.push(request);
    await rm(request.collectTo, { recursive: true, force: true });
    await mkdir(request.collectTo, { recursive: true });
    const behaviour = this.behaviours.get(request.step) ?? (async () => ({ wrote: { 'out.txt': request.step } }));
    const { wrote = {}, ...answer } = await behaviour(request);
    for (const [path, text] of Object.entries(wrote)) {
      await mkdir(dirname(join(request.collectTo, path)), { recursive: true });
      await writeFile(join(request.collectTo, path), text);
      await chmod(join(request.collectTo, path), 0o444);
    }
    const { files } = await hashFolder(request.collectTo);
    return {
      state: 'ok',
      exitCode: 0,
      errorClass: null,
      ownClass: null,
      errorMessage: null,
      result: null,
      fence: 'none (test)',
      files: files.map(({ path, bytes, sha256 }) => ({ path, bytes, sha256 })),
      ...answer,
    };
  }

  /** Starts a run of `brief` as the clock would, or as `more` says. */
  async start(more: Partial<StartRequest> = {}): Promise<string> {
    const request: StartRequest = {
      snapshot: this.snapshot,
      workflow: 'brief',
      trigger: { kind: 'schedule', by: 'service' },
      via: 'schedule',
      scheduledFor: this.ground.clock.now(),
      ...more,
    };
    const { run_id } = await this.ground.db.transaction().execute((tx) => startRun(tx, this.ground, request));
    return run_id;
  }

  execute(run_id: string, signal = new AbortController().signal, ports = this.ports): Promise<void> {
    return executeRun(this.ground, ports, { run_id }, signal);
  }

  /** Starts and executes; answers the row. */
  async run(more: Partial<StartRequest> = {}): Promise<RunRow> {
    const id = await this.start(more);
    await this.execute(id);
    return this.row(id);
  }

  row(id: string): Promise<RunRow> {
    return this.ground.db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  }

  attempts(id: string) {
    return this.ground.db
      .selectFrom('step_attempts')
      .selectAll()
      .where('run_id', '=', id)
      .orderBy('step')
      .orderBy('attempt')
      .execute();
  }

  alerts() {
    return this.ground.db.selectFrom('alerts').selectAll().orderBy('id').execute();
  }

  async acts(run_id: string): Promise<string[]> {
    const rows = await this.ground.db
      .selectFrom('audit')
      .select('act')
      .where('run_id', '=', run_id)
      .orderBy('id')
      .execute();
    return rows.map((row) => row.act);
  }

  folder(run: RunRow): string {
    return runFolder(this.root, run);
  }

  read(run: RunRow, path: string): Promise<string> {
    return readFile(join(this.folder(run), path), 'utf8');
  }

  /** Writes a file of the home. */
  async put(path: string, text: string): Promise<string> {
    const at = join(this.root, path);
    await mkdir(dirname(at), { recursive: true });
    await writeFile(at, text);
    return at;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.database.drop();
    await this.#folder[Symbol.asyncDispose]();
  }
}

/** Waits, in real time and a few milliseconds at a step, until something is so; for what happens beside the test. */
export async function until(so: () => boolean | Promise<boolean>): Promise<void> {
  for (let tries = 0; tries < 2000; tries += 1) {
    if (await so()) return;
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  throw new Error('what the test waits for did not happen');
}

/** A promise and its handles, for a skill that the test lets go on. */
export function gate(): { open(): void; passed: Promise<void> } {
  const { promise, resolve } = Promise.withResolvers<void>();
  return { open: resolve, passed: promise };
}
