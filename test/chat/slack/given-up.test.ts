import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { type NewAsk, takeAsk } from '#src/chat/inbox.ts';
import { tellGivenUp } from '#src/chat/slack/given-up.ts';
import { IDS, PATIENCE, REVIEWS, Stand, wordsIn } from './receive/stand.ts';

let stand: Stand;
beforeEach(async () => {
  stand = await Stand.open();
});
afterEach(() => stand[Symbol.asyncDispose]());

const from = { channel: REVIEWS, ts: null, thread: null, responseUrl: null, shown: null };
const asked: Record<string, Pick<NewAsk, 'kind' | 'payload'> & { says: string }> = {
  click: { kind: 'click', payload: { code: 'a:R-7:1', values: {}, from }, says: 'was given up' },
  command: {
    kind: 'command',
    payload: { what: 'words', words: 'run brief', member: false, channel: REVIEWS, responseUrl: null },
    says: '/cowork run brief failed on our side each time it was tried, and was given up.',
  },
};
const left = async ({ kind, payload }: Pick<NewAsk, 'kind' | 'payload'>) => {
  const ask = await takeAsk(stand.stage.ground, randomUUID(), {
    ...{ platform: 'slack', key: randomUUID(), sender: IDS.ana, person: 'ana', place: `slack:${REVIEWS}` },
    ...{ kind, payload },
  });
  if (!ask) throw new Error('taken before');
  return ask;
};

test.each(Object.keys(asked))('whoever asked by a %s is told that it was given up', async (name) => {
  const { says, ...ask } = asked[name] ?? { says: '', kind: 'click', payload: {} };
  await left(ask);
  await stand.stage.db.updateTable('asks').set({ tries: 3 }).execute();
  await stand.stage.ground.clock.advance(3000);
  await vi.waitFor(() => expect(wordsIn(stand.slack.ephemerals(IDS.ana).at(-1))).toContain(says), PATIENCE);
  expect((await stand.asks()).at(-1)).toMatchObject({ state: 'done', outcome: 'given up after 3 tries', payload: {} });
});

test('where no way leads to them, that is noted', async () => {
  const ask = await left({ kind: 'click', payload: { code: 'a:R-7:1', values: {}, from } });
  await stand.stage.db.updateTable('asks').set({ state: 'done', outcome: 'given up after 3 tries' }).execute();
  for (const method of ['chat.postEphemeral', 'conversations.open', 'chat.postMessage'])
    stand.slack.fault(method, { kind: 'error', error: 'user_not_found', times: 9 });
  await tellGivenUp(stand.opened.slack, ask);
  expect((await stand.asks()).at(-1)?.outcome).toBe('given up after 3 tries; the answer reached nobody');
});
