import { createHash } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Ground } from '#src/ground.ts';
import { openReview } from '#src/reviews/open.ts';
import { hashFolder } from '#src/runs/files-hash.ts';
import { inside, runFolder } from '#src/runs/folders.ts';
import { runId } from '#src/runs/run-id.ts';
import type { NewRun } from '#src/store/schema.ts';
import type { Snapshot } from '#src/workflows/home.ts';

/** An open review item, with outputs on disk and everything a decision names. */
export interface Item {
  id: number;
  run_id: string;
  output_hash: string;
  brief_hash: string;
  definition_hash: string;
}

const BATCH = 250;
const BRIEF = '# Review\n\n- [ ] Revenue equals the ledger\n'.repeat(40);
// So large that no other number of a statement is taken for the id of an item.
const FIRST_ID = 1_000_001;

/** Ended runs of `workflow` with one output each, and their open reviews, as the end of a run leaves them. */
export async function openItems(ground: Ground, snapshot: Snapshot, workflow: string, count: number): Promise<Item[]> {
  await sql`alter table reviews alter column id restart with ${sql.lit(FIRST_ID)}`.execute(ground.db);
  const items: Item[] = [];
  for (let from = 0; from < count; from += BATCH)
    items.push(...(await openBatch(ground, snapshot, workflow, Math.min(BATCH, count - from))));
  return items;
}

async function openBatch(ground: Ground, snapshot: Snapshot, name: string, count: number): Promise<Item[]> {
  const workflow = snapshot.home.workflows[name];
  if (!workflow) throw new Error(`the home has no workflow ${name}`);
  const ended = await Promise.all(Array.from({ length: count }, () => stage(ground, snapshot, name)));
  const brief_hash = `sha256:${createHash('sha256').update(BRIEF).digest('hex')}`;
  return ground.db.transaction().execute(async (tx) => {
    const rows = await tx
      .insertInto('runs')
      .values(ended.map(({ run }) => run))
      .returningAll()
      .execute();
    await tx
      .insertInto('outputs')
      .values(ended.flatMap(({ outputs }) => outputs))
      .execute();
    const items: Item[] = [];
    for (const run of rows) {
      const request = { reasons: ['the tier is T2'], briefHash: brief_hash };
      const id = await openReview(tx, ground, { run, snapshot, workflow }, request);
      const { id: run_id, output_hash, definition_hash } = run;
      items.push({ id, run_id, output_hash: output_hash ?? '', brief_hash, definition_hash });
    }
    return items;
  });
}

/** The folder of one ended run, and its rows. */
async function stage(ground: Ground, { id: snapshot_id, home }: Snapshot, name: string) {
  const workflow = home.workflows[name];
  if (!workflow) throw new Error(`the home has no workflow ${name}`);
  const now = ground.clock.now();
  // A minute of its own for each, or the four letters of an id would run out.
  const id = runId(name, new Date(now.getTime() - Math.floor(Math.random() * 1e6) * 60_000));
  const folder = runFolder(home.root, { id, workflow: name, folder: 'review_queue' });
  const outputs = inside.outputs(folder);
  await mkdir(outputs, { recursive: true });
  await writeFile(inside.brief(folder), BRIEF);
  await writeFile(join(outputs, 'page.md'), `Revenue of ${id}\n`, { mode: 0o444 });
  const { hash, files } = await hashFolder(outputs);
  const run: NewRun = {
    id,
    workflow: name,
    snapshot_id,
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
    output_hash: hash,
  };
  return { run, outputs: files.map((file) => ({ run_id: id, ...file })) };
}
