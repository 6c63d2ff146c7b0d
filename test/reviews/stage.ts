import { createHash } from 'node:crypto';
import { chmod, mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Team, teamFile } from '#src/people/team.ts';
import { archive } from '#src/reviews/archive.ts';
import { decide } from '#src/reviews/decide.ts';
import { runPorts } from '#src/reviews/ports.ts';
import { promote } from '#src/reviews/promote.ts';
import { recheck } from '#src/reviews/recheck.ts';
import { hashFolder } from '#src/runs/files-hash.ts';
import { inside, runFolder } from '#src/runs/folders.ts';
import { runId } from '#src/runs/run-id.ts';
import { skillFile } from '#src/skills/spec.ts';
import type { CheckResult, NewRun, RunRow, Validation, Verdict } from '#src/store/schema.ts';
import { workflowFile } from '#src/workflows/definition.ts';
import type { Home, Snapshot, Workflow } from '#src/workflows/home.ts';
import { type TestGround, tempFolder, testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';

const person = (name: string, roles: string[]) => ({
  name,
  email: `${name.split(' ')[0]?.toLowerCase()}@acme.example`,
  roles,
});

/** Maya owns and approves, Jon is admin and approves, Ana approves, Vic only views, Sam schedules. */
export const teamOf = (over: Record<string, unknown> = {}): Team =>
  teamFile.parse({
    team: 'Acme',
    timezone: 'Europe/Berlin',
    people: {
      maya: person('Maya Lindt', ['owner', 'approver']),
      jon: person('Jon Okafor', ['admin', 'approver']),
      ana: person('Ana Ruiz', ['approver']),
      vic: person('Vic Stone', ['viewer']),
      sam: person('Sam Poe', ['scheduler']),
    },
    groups: { leads: ['maya', 'jon', 'ana'] },
    reviews: { ops_lead: 'jon' },
    ...over,
  });

export const workflowOf = (over: Record<string, unknown> = {}): Workflow => {
  const spec = workflowFile.parse({
    workflow: 'brief',
    title: 'Monday brief',
    outcome: 'One page.',
    owner: 'maya',
    steps: [{ id: 'write', skill: 'memo-v1' }],
    review: { approvers: ['leads'], brief: ['Revenue equals the ledger'] },
    production: 'reports/{date}/',
    ...over,
  });
  const hash = `sha256:${createHash('sha256').update(JSON.stringify(spec)).digest('hex')}`;
  return { name: spec.workflow, spec, hash, schemas: {}, kit: null };
};

const memo = skillFile.parse({
  skill: 'memo-v1',
  owner: 'sam',
  task: 't',
  action: 'a',
  result: 'r',
  runner: { kind: 'command', run: ['node', 'main.mjs'] },
  access: {},
  rollback: 'none',
});

export const homeOf = (root: string, team: Team, ...workflows: Workflow[]): Home => ({
  hash: `sha256:${createHash('sha256')
    .update(JSON.stringify([team, workflows]))
    .digest('hex')}`,
  root,
  team,
  workflows: Object.fromEntries(workflows.map((one) => [one.name, one])),
  skills: { 'memo-v1': { name: 'memo-v1', spec: memo, description: '', hash: `sha256:${'0'.repeat(64)}` } },
});

export type Files = Record<string, string>;

/** A database, a home on disk and the acts of this room, as a test drives them. */
export class Stage implements AsyncDisposable {
  readonly fresh: FreshDatabase;
  readonly ground: TestGround;
  readonly root: string;
  readonly #folder: AsyncDisposable;
  /** What the checks will say when outputs are checked again. */
  recheckResult: CheckResult = 'PASS';
  /** What happens while they say it. */
  whileRechecked: () => Promise<void> = async () => {};
  #started = 0;

  private constructor(fresh: FreshDatabase, folder: AsyncDisposable & { path: string }) {
    this.fresh = fresh;
    this.#folder = folder;
    this.root = join(folder.path, 'home');
    this.ground = testGround(fresh.db, join(folder.path, 'data'));
  }

  static async open(home: { team?: Team; workflow?: Workflow } = {}): Promise<Stage> {
    const stage = new Stage(await freshDatabase(), await tempFolder());
    await mkdir(stage.root, { recursive: true });
    await stage.activate(home.team ?? teamOf(), home.workflow ?? workflowOf());
    return stage;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.fresh.drop();
    await this.#folder[Symbol.asyncDispose]();
  }

  get db() {
    return this.fresh.db;
  }

  /** Makes this team and these workflows today's home. */
  async activate(team: Team, ...workflows: Workflow[]): Promise<Snapshot> {
    const home = homeOf(this.root, team, ...workflows);
    const created_at = this.ground.clock.now();
    const { id } = await this.db
      .insertInto('snapshots')
      .values({ hash: home.hash, home: JSON.stringify(home), created_at })
      .onConflict((conflict) => conflict.column('hash').doUpdateSet({ created_at }))
      .returning('id')
      .executeTakeFirstOrThrow();
    return this.ground.homes.hold(id, home);
  }

  /** An ended run with these outputs on disk and in the record, as the end of a run leaves it. */
  async ended(files: Files = { 'brief.md': 'Revenue 3\n' }, over: Partial<NewRun> = {}): Promise<RunRow> {
    const snapshot = await this.ground.homes.active();
    const name = over.workflow ?? Object.keys(snapshot.home.workflows)[0] ?? '';
    const workflow = snapshot.home.workflows[name];
    if (!workflow) throw new Error(`no workflow ${name}`);
    const now = this.ground.clock.now();
    const id = runId(name, new Date(now.getTime() + this.#started++));
    const row: NewRun = {
      id,
      workflow: name,
      snapshot_id: snapshot.id,
      definition_hash: workflow.hash,
      severity: workflow.spec.severity,
      tier: workflow.spec.tier,
      data_class: workflow.spec.data_class,
      trigger_kind: 'schedule',
      trigger_by: 'service',
      via: 'schedule',
      queued_at: now,
      started_at: now,
      ended_at: now,
      state: 'ended',
      status: 'SUCCESS',
      folder: 'review_queue',
      validation_result: 'PASS',
      validation: JSON.stringify({ run_id: id, result: 'PASS', checks: [] }),
      ...over,
    };
    const folder = runFolder(this.root, { id, workflow: name, folder: row.folder ?? 'review_queue' });
    const outputs = inside.outputs(folder);
    await writeFiles(outputs, files);
    await writeFile(inside.manifest(folder), JSON.stringify({ run_id: id, workflow: name, status: 'SUCCESS' }));
    await writeFile(inside.validation(folder), JSON.stringify({ run_id: id, result: 'PASS', checks: [] }));
    const { hash, files: measured } = await hashFolder(outputs);
    const run = await this.db
      .insertInto('runs')
      .values({ ...row, output_hash: hash })
      .returningAll()
      .executeTakeFirstOrThrow();
    await this.db
      .insertInto('outputs')
      .values(measured.map((file) => ({ run_id: id, ...file })))
      .execute();
    return run;
  }

  /** An ended run and its open review. */
  async item(files?: Files, over: Partial<NewRun> = {}): Promise<{ id: number; run: RunRow; hash: string }> {
    const run = await this.ended(files, over);
    const id = await this.openReview(run);
    return { id, run, hash: run.output_hash ?? '' };
  }

  async openReview(run: RunRow, reasons: string[] = ['row_count WARN']): Promise<number> {
    const snapshot = await this.ground.homes.byId(run.snapshot_id);
    const workflow = snapshot.home.workflows[run.workflow];
    if (!workflow) throw new Error('no workflow');
    const pinned = { run, snapshot, workflow };
    const ports = runPorts(this.ground);
    const brief = await ports.briefText(pinned, reasons);
    await writeFile(inside.brief(runFolder(this.root, run)), brief);
    const hash = `sha256:${createHash('sha256').update(brief).digest('hex')}`;
    return this.db.transaction().execute((tx) => ports.openReview(tx, pinned, reasons, hash));
  }

  review(id: number) {
    return this.db.selectFrom('reviews').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  }

  run(id: string) {
    return this.db.selectFrom('runs').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  }

  promotion(run_id: string) {
    return this.db.selectFrom('promotions').selectAll().where('run_id', '=', run_id).executeTakeFirst();
  }

  acts(): Promise<string[]> {
    return this.db
      .selectFrom('audit')
      .select('act')
      .orderBy('id')
      .execute()
      .then((rows) => rows.map((row) => row.act));
  }

  /** Decides as the console would, with the hash that the record has now. */
  async say(
    id: number,
    person: string,
    verdict: Verdict = 'approve',
    over: Partial<Parameters<typeof decide>[1]> = {},
  ) {
    const { output_hash } = await this.review(id);
    const reason = verdict === 'approve' ? {} : { reason: 'the figures are old' };
    return decide(this.ground, {
      reviewId: id,
      person,
      via: 'console',
      verdict,
      hash: output_hash,
      ...reason,
      ...over,
    });
  }

  promote(run_id: string) {
    return promote(this.ground, runPorts(this.ground), { run_id });
  }

  recheck(review_id: number, revision: number) {
    const check = async ({ run }: { run: RunRow }): Promise<Validation> => {
      await this.whileRechecked();
      return { run_id: run.id, result: this.recheckResult, checks: [] };
    };
    const ports = { recheck: check, briefText: runPorts(this.ground).briefText };
    return recheck(this.ground, ports, { review_id, revision });
  }

  /** Does the jobs noted so far, and those they note, in order. */
  async work(): Promise<void> {
    for (let job = this.ground.jobs.noted.shift(); job; job = this.ground.jobs.noted.shift()) {
      if (job.kind === 'promote' && 'run_id' in job.data) await this.promote(job.data.run_id);
      if (job.kind === 'archive' && 'run_id' in job.data) await archive(this.ground, { run_id: job.data.run_id });
      if (job.kind === 'recheck' && 'review_id' in job.data) await this.recheck(job.data.review_id, job.data.revision);
    }
  }

  outputs(run: Pick<RunRow, 'id' | 'workflow' | 'folder'>): string {
    return inside.outputs(runFolder(this.root, run));
  }

  /** Every file under production/ but the product's workshop, path → text. */
  production = async (): Promise<Files> => readFiles(join(this.root, 'production'));
}

export async function writeFiles(folder: string, files: Files): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), text);
    await chmod(join(folder, path), 0o444);
  }
}

/** Overwrites a file as somebody with the rights would. */
export async function edit(path: string, text: string | Uint8Array): Promise<void> {
  await rm(path, { force: true });
  await writeFile(path, text);
}

export async function readFiles(folder: string): Promise<Files> {
  const found: Files = {};
  for (const entry of await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => [])) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    found[path.slice(folder.length + 1)] = await readFile(path, 'utf8');
  }
  return found;
}
