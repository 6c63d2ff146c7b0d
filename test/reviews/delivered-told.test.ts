import { join } from 'node:path';
import { expect, test } from 'vitest';
import { drawNotice } from '#blocks/index.ts';
import { routeOf } from '#src/chat/route.ts';
import { readFacts } from '#src/chat/route-facts.ts';
import { viewText } from '#src/message/plain.ts';
import { block } from '#src/reviews/blocked.ts';
import { runPorts } from '#src/reviews/ports.ts';
import { loadPromotion } from '#src/reviews/promotion.ts';
import { untold, watchTold } from '#test/setup/told.ts';
import { edit, Stage, workflowOf } from './stage.ts';

/** A T1 run that is to be delivered by itself. */
async function onItsWay(stage: Stage) {
  const run = await stage.ended(undefined, { route: 'promoted', folder: 'staging' });
  const snapshot = await stage.ground.homes.active();
  const workflow = snapshot.home.workflows.brief ?? workflowOf();
  await stage.db
    .transaction()
    .execute((tx) => runPorts(stage.ground).requestPromotion(tx, { run, snapshot, workflow }));
  await stage.db.deleteFrom('outbox').execute();
  await watchTold(stage.db);
  return run;
}

const message = async (stage: Stage, run_id: string) => {
  const drawing = await drawNotice(stage.ground, { kind: 'run', run_id }, {});
  return drawing ? viewText(drawing.view, { now: stage.ground.clock.now(), zone: 'Europe/Berlin' }) : '';
};
const notices = async (stage: Stage) =>
  (await stage.db.selectFrom('outbox').select('notice').orderBy('id').execute()).map(({ notice }) => notice);

test('a delivery without a review that cannot be placed is told by the message of its run', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ tier: 'T1' }) });
  const run = await onItsWay(stage);
  const promotion = await loadPromotion(stage.db, run.id);
  if (!promotion) throw new Error('no promotion');
  await block(stage.ground, promotion, 'the disk is full');
  expect(await notices(stage)).toContainEqual({ kind: 'run', run_id: run.id });
  expect(await message(stage, run.id)).toContain('Not delivered yet: Monday brief');
  expect(await untold(stage.db)).toEqual([]);
});

test('one whose outputs changed is told as such, and again when its review has delivered it', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ tier: 'T1' }) });
  const run = await onItsWay(stage);
  await edit(join(stage.outputs(run), 'brief.md'), 'Revenue 4\n');
  await stage.work();
  const review_id = (await stage.run(run.id)).review_id ?? 0;
  expect(await notices(stage)).toEqual(
    expect.arrayContaining([
      { kind: 'run', run_id: run.id },
      { kind: 'review', review_id },
    ]),
  );
  expect(await message(stage, run.id)).toContain(
    `Its outputs changed before they were delivered, so R-${review_id} was opened.`,
  );
  await stage.say(review_id, 'ana');
  await stage.db.deleteFrom('outbox').execute();
  await stage.work();
  expect(await notices(stage)).toEqual(
    expect.arrayContaining([
      { kind: 'run', run_id: run.id },
      { kind: 'review', review_id },
    ]),
  );
  expect(await message(stage, run.id)).toContain('Delivered: Monday brief');
  expect(await message(stage, run.id)).not.toContain("needs nobody's review");
  expect(await untold(stage.db)).toEqual([]);
});

test('the message of a run is not posted anew beside that of its review', async () => {
  await using stage = await Stage.open({ workflow: workflowOf({ tier: 'T1' }) });
  const alone = await stage.ended(undefined, { route: 'promoted' });
  const { id, run } = await stage.item();
  await stage.say(id, 'ana');
  await stage.work();
  const { home } = await stage.ground.homes.active();
  const routes = await stage.db.transaction().execute(async (tx) => {
    const asked = [alone, run].map(({ id: run_id }) => ({ kind: 'run' as const, run_id }));
    const facts = await readFacts(tx, asked);
    return asked.map((notice) => routeOf(home, notice, facts));
  });
  expect(routes).toEqual([{ to: 'channel', channel: 'reviews' }, null]);
});
