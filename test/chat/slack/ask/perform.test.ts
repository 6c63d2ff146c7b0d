import { afterAll, beforeAll, expect, test } from 'vitest';
import { takeAsk } from '#src/chat/inbox.ts';
import { performAsked } from '#src/chat/slack/ask/index.ts';
import type { Slack } from '#src/chat/slack/slack.ts';
import { IDS, Office, OPS } from '#test/stories/slack-office.ts';

let office: Office;
let kit: Slack;
beforeAll(async () => {
  office = await Office.open({ workflows: { brief: {} } });
  const { slack } = office.world.product;
  if (!slack) throw new Error('this product is in no Slack');
  kit = slack.slack;
});
afterAll(() => office[Symbol.asyncDispose]());

const keys = (function* () {
  for (let key = 1; ; key += 1) yield `command:t${key}`;
})();
async function asked(words: string, over: { tries?: number; at?: Date } = {}) {
  const { tries = 1, at = office.world.clock.now() } = over;
  const payload = { what: 'words', words, member: false, at: at.toISOString(), channel: OPS, responseUrl: null };
  const ask = await takeAsk(kit.ground, kit.process, {
    ...{ platform: 'slack', key: keys.next().value ?? '', kind: 'command', sender: IDS.sam, person: 'sam' },
    ...{ place: `slack:${OPS}`, payload },
  });
  if (!ask) throw new Error('taken before');
  return { ...ask, tries };
}
const newest = () => office.slack.ephemerals(IDS.sam).at(-1)?.text ?? '';

test('without an answering address the answer comes beside where it was asked', async () => {
  await performAsked(kit, await asked('status'));
  expect(newest()).toMatch(/green/);
});

test('a run that was started before the process ended is not started again by whoever takes over', async () => {
  const at = office.world.clock.now();
  await performAsked(kit, await asked('run brief', { at }));
  await performAsked(kit, await asked('run brief', { at, tries: 2 }));
  const runs = await office.world.runs('brief');
  expect(runs).toHaveLength(1);
  expect(newest()).toContain(`${runs[0]?.id} is queued`);
  await office.world.ended(runs[0]?.id ?? '');
  await performAsked(kit, await asked('run brief', { tries: 2 }));
  expect(await office.world.runs('brief')).toHaveLength(2);
  await office.world.ended((await office.world.newest('brief')).run_id);
});

test('an ask is ended with what came of it, and nothing of it is kept', async () => {
  await performAsked(kit, await asked('statsu'));
  const rows = await office.world.db.selectFrom('asks').select(['state', 'outcome', 'payload']).orderBy('id').execute();
  expect(rows.at(-1)).toEqual({ state: 'done', outcome: 'refused', payload: {} });
  expect(rows.every(({ state }) => state === 'done')).toBe(true);
});
