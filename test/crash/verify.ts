import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import type { Ground } from '#src/ground.ts';
import { runFolder } from '#src/runs/folders.ts';
import { sweepScratch } from '#src/runs/sweep-scratch.ts';
import { sealAudit } from '#src/store/audit-seal.ts';
import { verifyAudit } from '#src/store/audit-verify.ts';
import type { Answered } from './people.ts';

/** As home-format gives it for production. */
const BY_HAND =
  "find . -type f ! -path ./approval.flag ! -path './.cowork/*' -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum -- | sha256sum";

const hashByHand = (folder: string): string =>
  `sha256:${execFileSync('bash', ['-c', BY_HAND], { cwd: folder, encoding: 'utf8' }).split(' ')[0]}`;

/** Everything that must hold once the product has come to rest; one sentence for each thing that does not. */
export async function violations(ground: Ground, root: string, answered: Answered): Promise<string[]> {
  const found: string[] = [];
  const must = (holds: boolean, otherwise: string) => {
    if (!holds) found.push(otherwise);
  };
  await slotsAndRuns(ground, must);
  await attempts(ground, must);
  await folders(ground, root, must);
  await production(ground, root, must);
  await decisions(ground, must, answered);
  await recordKeeping(ground, must);
  // As the product does every ten minutes.
  await sweepScratch(ground);
  const runs = await ground.db.selectFrom('runs').select('id').execute();
  leftovers(ground.data, root, new Set(runs.map(({ id }) => id)), must);
  return found;
}

type Must = (holds: boolean, otherwise: string) => void;

async function slotsAndRuns(ground: Ground, must: Must): Promise<void> {
  const doubled = await sql<{ key: string }>`
    select workflow || ' ' || scheduled_for as key from runs
    where scheduled_for is not null and trigger_kind in ('schedule', 'catch_up')
    group by workflow, scheduled_for having count(*) > 1`.execute(ground.db);
  for (const { key } of doubled.rows) must(false, `slot ${key} ran more than once`);
  const orphans = await sql<{ key: string }>`
    select s.workflow || ' ' || s.scheduled_for as key from slots s left join runs r on r.id = s.run_id
    where s.state = 'claimed' and r.id is null`.execute(ground.db);
  for (const { key } of orphans.rows) must(false, `claimed slot ${key} has no run`);
  const live = await ground.db.selectFrom('runs').select(['id', 'state']).where('state', '!=', 'ended').execute();
  for (const { id, state } of live) must(false, `run ${id} is still ${state}`);
  const silent = await sql<{ id: string }>`
    select id from runs where status in ('FAILED', 'TIMED_OUT')
    and not exists (select 1 from audit where act in ('alert.raised', 'alert.repeated') and audit.run_id = runs.id)`.execute(
    ground.db,
  );
  for (const { id } of silent.rows) must(false, `run ${id} failed and nobody was alerted`);
}

async function attempts(ground: Ground, must: Must): Promise<void> {
  const rows = await ground.db.selectFrom('step_attempts').select(['run_id', 'step', 'attempt', 'state']).execute();
  const good = new Map<string, number>();
  for (const row of rows) {
    const key = `${row.run_id}/${row.step}`;
    must(row.state !== 'running', `attempt ${key}.${row.attempt} is still running in the record`);
    if (row.state === 'ok') good.set(key, (good.get(key) ?? 0) + 1);
  }
  for (const [key, count] of good) must(count === 1, `step ${key} succeeded ${count} times`);
}

async function folders(ground: Ground, root: string, must: Must): Promise<void> {
  const runs = await ground.db.selectFrom('runs').selectAll().execute();
  for (const run of runs) {
    const there = (['staging', 'review_queue', 'archive'] as const).filter((place) =>
      existsSync(runFolder(root, run, place)),
    );
    const outputs = run.output_hash !== null;
    must(there.length <= 1, `run ${run.id} lies in ${there.join(' and ')}`);
    if (outputs)
      must(there[0] === run.folder, `run ${run.id} is recorded in ${run.folder} and lies in ${there[0] ?? 'no place'}`);
  }
}

async function production(ground: Ground, root: string, must: Must): Promise<void> {
  const placed = await ground.db.selectFrom('promotions').selectAll().execute();
  const known = new Set<string>();
  for (const row of placed) {
    if (row.state === 'undone') {
      must(
        existsSync(join(root, 'archive', row.workflow, row.run_id, 'undone')),
        `${row.run_id} is undone and not in the archive`,
      );
      continue;
    }
    must(row.state === 'placed' || row.state === 'revoked', `promotion of ${row.run_id} rests at ${row.state}`);
    if (row.state !== 'placed' || !row.target) continue;
    known.add(row.target);
    const folder = join(root, row.target);
    must(existsSync(folder), `${row.target} is placed and not there`);
    if (!existsSync(folder)) continue;
    must(hashByHand(folder) === row.output_hash, `${row.target} is not the approved bytes`);
    await flagOf(ground, row, folder, must);
  }
  for (const folder of productionFolders(root))
    must(known.has(folder), `${folder} is in production and not in the record`);
}

interface Placed {
  run_id: string;
  review_id: number | null;
  output_hash: string;
}

async function flagOf(ground: Ground, row: Placed, folder: string, must: Must): Promise<void> {
  const flag = join(folder, 'approval.flag');
  if (row.review_id === null) {
    must(!existsSync(flag), `${row.run_id} needed no approval and has a flag`);
    return;
  }
  const said = JSON.parse(readFileSync(flag, 'utf8')) as { output_hash: string; approvals: { approver: string }[] };
  const review = await ground.db
    .selectFrom('reviews')
    .selectAll()
    .where('id', '=', row.review_id)
    .executeTakeFirstOrThrow();
  const people = new Set(said.approvals.map(({ approver }) => approver));
  must(said.output_hash === row.output_hash, `the flag of ${row.run_id} names another hash`);
  must(people.size >= review.quorum, `${row.run_id} was promoted with ${people.size} of ${review.quorum} approvals`);
}

/** Every folder with a product's own `.cowork` in it. */
function productionFolders(root: string): string[] {
  const found: string[] = [];
  const look = (at: string) => {
    for (const entry of readdirSync(join(root, at), { withFileTypes: true })) {
      if (!entry.isDirectory() || entry.name === '.incoming') continue;
      if (entry.name === '.cowork') found.push(at);
      else look(`${at}/${entry.name}`);
    }
  };
  if (existsSync(join(root, 'production'))) look('production');
  return found;
}

async function decisions(ground: Ground, must: Must, answered: Answered): Promise<void> {
  const rows = await ground.db.selectFrom('decisions').selectAll().execute();
  for (const done of answered.decisions) {
    const same = rows.filter(
      (row) =>
        row.review_id === done.reviewId &&
        row.person === done.person &&
        row.verdict === done.verdict &&
        row.revision === done.revision,
    );
    must(
      same.length === 1,
      `the ${done.verdict} of R-${done.reviewId} by ${done.person} is in the record ${same.length} times`,
    );
    must(
      same.every((row) => row.output_hash === done.hash),
      `R-${done.reviewId} was decided on another hash than was seen`,
    );
  }
  for (const id of answered.undone) {
    const row = await ground.db.selectFrom('promotions').select('state').where('run_id', '=', id).executeTakeFirst();
    must(row?.state === 'undone', `${id} was said to be undone and is ${row?.state}`);
  }
  for (const id of answered.cancelled) {
    const row = await ground.db.selectFrom('runs').select('status').where('id', '=', id).executeTakeFirst();
    must(row?.status === 'CANCELLED', `${id} was said to be cancelled and is ${row?.status}`);
  }
  const stuck = await ground.db.selectFrom('reviews').select(['id', 'state']).where('state', '=', 'approved').execute();
  for (const { id } of stuck) must(false, `R-${id} is approved and was never promoted`);
}

async function recordKeeping(ground: Ground, must: Must): Promise<void> {
  for (const act of ['run.queued', 'run.ended', 'promotion.placed'] as const) {
    const twice = await sql<{ run_id: string; times: number }>`
      select run_id, count(*)::int as times from audit where act = ${act} group by run_id having count(*) > 1`.execute(
      ground.db,
    );
    for (const { run_id, times } of twice.rows) must(false, `the trail says ${act} of ${run_id} ${times} times`);
  }
  const untold = await sql<{ id: string }>`
    select id from runs where not exists (select 1 from outbox where notice->>'run_id' = runs.id)`.execute(ground.db);
  for (const { id } of untold.rows) must(false, `run ${id} has no message in the outbox`);
  const jobs = await sql<{ name: string; state: string; count: number }>`
    select name, state::text, count(*)::int as count from pgboss.job where state not in ('completed', 'cancelled') group by 1, 2`.execute(
    ground.db,
  );
  for (const { name, state, count } of jobs.rows) must(false, `${count} jobs "${name}" rest at ${state}`);
  await sealAudit(ground.db, ground.clock.now());
  const trail = await verifyAudit(ground.db, { now: ground.clock.now() });
  // A row that comes late is suspected when it comes a minute late: two seconds on this clock, which a slow disk takes.
  for (const { kind, message } of trail.findings) must(kind === 'inserted', `audit: ${message}`);
}

function leftovers(data: string, root: string, runs: Set<string>, must: Must): void {
  for (const folder of [join(data, 'work'), join(root, 'production', '.incoming')]) {
    const left = existsSync(folder) ? readdirSync(folder) : [];
    must(left.length === 0, `${folder.slice(folder.lastIndexOf('/') + 1)} still holds ${left.slice(0, 3).join(', ')}`);
  }
  for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
    const environment = tryRead(`/proc/${pid}/environ`);
    const id = /COWORK_RUN_ID=([^\0]*)/.exec(environment)?.[1];
    const ours = id !== undefined && runs.has(id);
    must(!ours, `process ${pid} of a step still lives`);
  }
}

const tryRead = (path: string): string => {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
};
