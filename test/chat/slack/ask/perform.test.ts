import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeAsk } from '#src/chat/inbox.ts';
import { performAsked } from '#src/chat/slack/ask/index.ts';
import type { Slack } from '#src/chat/slack/slack.ts';
import type { AskRow } from '#src/store/schema.ts';
import { IDS, Office, OPS } from '#test/stories/slack-office.ts';

let office: Office;
let kit: Slack;
beforeAll(async () => {
  office = await Office.open({ workflows: { brief: {}, other: {} } });
  const { slack } = office.world.product;
  if (!slack) throw new Error('this product is in no Slack');
  kit = slack.slack;
});
afterAll(() => office[Symbol.asyncDispose]());

const keys = (function* () {
  for (let key = 1; ; key += 1) yield `command:t${key}`;
})();
async function asked(words: string): Promise<AskRow> {
  const at = office.world.clock.now().toISOString();
  const payload = { what: 'words', words, member: false, at, channel: OPS, responseUrl: null };
  const ask = await takeAsk(kit.ground, kit.process, {
    ...{ platform: 'slack', key: keys.next().value ?? '', kind: 'command', sender: IDS.sam, person: 'sam' },
    ...{ place: `slack:${OPS}`, payload },
  });
  if (!ask) throw new Error('taken before');
  return ask;
}
const newest = () => office.slack.ephemerals(IDS.sam).at(-1)?.text ?? '';

test('without an answering address the answer comes beside where it was asked', async () => {
  await performAsked(kit, await asked('status'));
  expect(newest()).toMatch(/green/);
});

/** The same ask once more, as if its end had not been noted when its process died. */
async function takenOver(ask: AskRow): Promise<AskRow> {
  const { id, payload, tries } = ask;
  const again = { state: 'taken', tries: tries + 1, payload: JSON.stringify(payload) } as const;
  return office.world.db.updateTable('asks').set(again).where('id', '=', id).returningAll().executeTakeFirstOrThrow();
}

test('a run that was started before the process ended is not started again by whoever takes over', async () => {
  const ask = await asked('run brief');
  await performAsked(kit, ask);
  const again = await takenOver(ask);
  await performAsked(kit, again);
  const runs = await office.world.runs('brief');
  expect(runs).toHaveLength(1);
  expect(newest()).toContain(`${runs[0]?.id} is queued`);
  await office.world.ended(runs[0]?.id ?? '');
  await performAsked(kit, await takenOver(again));
  expect(await office.world.runs('brief')).toHaveLength(1);
  const rerun = await asked(`rerun ${runs[0]?.id}`);
  await performAsked(kit, rerun);
  const second = await office.world.newest('brief');
  await office.world.ended(second.run_id);
  await performAsked(kit, await takenOver(rerun));
  expect(await office.world.runs('brief')).toHaveLength(2);
  expect(newest()).toContain(`${second.run_id} is queued`);
});

test('whoever takes over a run takes no other run of the same person for it', async () => {
  const ask = await asked('run brief');
  await performAsked(kit, await asked('run other'));
  await performAsked(kit, await takenOver(ask));
  expect(newest()).toMatch(/brief-\S+ is queued/);
  for (const name of ['brief', 'other']) await office.world.ended((await office.world.newest(name)).run_id);
  expect(await office.world.runs('brief')).toHaveLength(3);
});

test('two that perform one ask at the same time start one run, and one of them answers', async () => {
  const ask = await asked('run brief');
  const before = office.slack.ephemerals(IDS.sam).length;
  await Promise.all([performAsked(kit, ask), performAsked(kit, ask), performAsked(kit, ask)]);
  expect(await office.world.runs('brief')).toHaveLength(4);
  expect(office.slack.ephemerals(IDS.sam)).toHaveLength(before + 1);
  await office.world.ended((await office.world.newest('brief')).run_id);
});

test('what another has taken over meanwhile is answered by that one alone', async () => {
  const ask = await asked('status');
  const theirs = await takenOver(ask);
  const before = office.slack.ephemerals(IDS.sam).length;
  await performAsked(kit, ask);
  expect(office.slack.ephemerals(IDS.sam)).toHaveLength(before);
  await performAsked(kit, theirs);
  expect(office.slack.ephemerals(IDS.sam)).toHaveLength(before + 1);
});

test('an ask is ended with what came of it, and nothing of it is kept', async () => {
  await performAsked(kit, await asked('statsu'));
  const rows = await office.world.db.selectFrom('asks').select(['state', 'outcome', 'payload']).orderBy('id').execute();
  expect(rows.at(-1)).toEqual({ state: 'done', outcome: 'refused', payload: {} });
  expect(rows.every(({ state }) => state === 'done')).toBe(true);
});
