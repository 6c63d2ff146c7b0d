import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ground } from '../../ground.ts';
import { shortName } from '../../people/names.ts';
import { may } from '../../people/permissions.ts';
import { type Item, loadItem, recordedOutputs, runOf } from '../../reviews/item.ts';
import { locateRun } from '../../reviews/locate.ts';
import { type Asked, rightsOf, whyNot } from '../../reviews/rights.ts';
import { closedSentence } from '../../reviews/standing.ts';
import { wantedTarget } from '../../reviews/target.ts';
import { whenText } from '../../reviews/when.ts';
import { inside } from '../../runs/folders.ts';
import type { Home, Workflow } from '../../workflows/home.ts';
import type { OutputView, ReviewView } from '../pages/review.ts';
import { previewOf } from './preview.ts';

const VERDICTS = { approve: 'approved', reject: 'rejected', ask: 'asked for a change' } as const;
const PREVIEWED = 20;

/** All that the page of one item shows to `person`; contents only where that person may see them. */
export async function reviewView(ground: Ground, id: number, person: string | null): Promise<ReviewView> {
  const item = await loadItem(ground.db, id);
  const [{ home: today }, pinned] = await Promise.all([ground.homes.active(), pinnedOf(ground, item)]);
  const now = ground.clock.now();
  const asked: Asked = { review: item, pinned: pinned.workflow, today, now };
  const subject = { workflow: pinned.workflow, dataClass: item.data_class, now };
  const seen = may(today, person, 'see_outputs', subject);
  const folder = await locateRun(today.root, runOf(item));
  const zone = today.team.timezone;
  const [run, decided, looks, promotion] = await Promise.all([
    ground.db.selectFrom('runs').select(['validation', 'promoted_to']).where('id', '=', item.run_id).executeTakeFirst(),
    decisionsOf(ground, id),
    looksOf(ground, id, item.revision),
    ground.db.selectFrom('promotions').selectAll().where('run_id', '=', item.run_id).executeTakeFirst(),
  ]);
  const target = promotion?.target ?? promotion?.wanted ?? wantedTarget(pinned.home, pinned.workflow, runOf(item));
  const waits = item.state === 'open';
  return {
    id,
    revision: item.revision,
    state: item.state,
    title: pinned.workflow.spec.title,
    workflow: item.workflow,
    runId: item.run_id,
    severity: item.severity,
    tier: item.tier,
    dataClass: item.data_class,
    quorum: rightsOf(asked).quorum,
    reasons: item.reasons,
    due: waits ? `due ${whenText(item.due_at, now, zone)}` : `opened ${whenText(item.opened_at, now, zone)}`,
    overdue: waits && item.due_at <= now,
    held: waits && item.held_at !== null,
    rechecking: item.rechecking,
    outputHash: item.output_hash,
    definitionHash: item.definition_hash,
    briefHash: item.brief_hash,
    brief: seen.ok ? await readFile(inside.brief(folder), 'utf8').catch(() => null) : null,
    target: `${target}/`,
    outputs: await outputsOf(ground, item, folder, seen.ok),
    checks: run?.validation?.checks ?? [],
    decisions: decided.map((row) => ({
      who: shortName(today.team, row.person),
      verdict: VERDICTS[row.verdict],
      at: whenText(row.decided_at, now, zone),
      reason: row.reason,
      revision: row.revision,
    })),
    result: closedSentence(item, today.team, now)?.replace(' Nothing changed.', '') ?? null,
    looking: waits ? looks.map((look) => shortName(today.team, look.person)) : [],
    cannotDecide: waits ? refusalFor(asked, person, item.trigger_by) : null,
    hidden: seen.ok ? null : `The contents are not shown. ${seen.why}`,
    mayUndo: item.state === 'promoted' && may(today, person, 'undo', subject).ok,
    looked: looks.some((look) => look.person === person),
  };
}

const refusalFor = (asked: Asked, person: string | null, startedBy: string): string | null =>
  whyNot(asked, person ?? '', 'approve', startedBy) && whyNot(asked, person ?? '', 'reject', startedBy);

async function pinnedOf(ground: Ground, item: Item): Promise<{ home: Home; workflow: Workflow }> {
  const { home } = await ground.homes.byId(item.snapshot_id);
  const workflow = home.workflows[item.workflow];
  if (!workflow) throw new Error(`snapshot ${item.snapshot_id} has lost ${item.workflow}`);
  return { home, workflow };
}

const decisionsOf = (ground: Ground, id: number) =>
  ground.db.selectFrom('decisions').selectAll().where('review_id', '=', id).orderBy('id').execute();

const looksOf = (ground: Ground, id: number, revision: number) =>
  ground.db
    .selectFrom('looks')
    .select(['person'])
    .distinct()
    .where('review_id', '=', id)
    .where('revision', '=', revision)
    .where('ended_at', 'is', null)
    .execute();

async function outputsOf(ground: Ground, item: Item, folder: string, seen: boolean): Promise<OutputView[]> {
  const recorded = await recordedOutputs(ground.db, item.run_id);
  return Promise.all(
    recorded.map(async (file, index) => {
      const nothing = { preview: null, cut: false };
      const shown =
        seen && index < PREVIEWED
          ? await previewOf(join(inside.outputs(folder), file.path), file.bytes).catch(() => nothing)
          : nothing;
      return { path: file.path, bytes: file.bytes, sha256: file.sha256, ...shown };
    }),
  );
}
