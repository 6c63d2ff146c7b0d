import { afterEach, beforeEach, expect, test } from 'vitest';
import { takeAsk } from '#src/chat/inbox.ts';
import { performReceived } from '#src/chat/slack/receive/index.ts';
import { encodeAction } from '#src/message/action.ts';
import { REVIEWS, Stand } from './stand.ts';

let stand: Stand;
beforeEach(async () => {
  stand = await Stand.open();
});
afterEach(() => stand[Symbol.asyncDispose]());

test('for somebody who is not listed no review is drawn below a form, as it would be for the operator', async () => {
  const { name } = await stand.review();
  const code = encodeAction({ intent: 'look', subject: name });
  const { slack } = stand.opened;
  const shown = { view: { id: 'V0FORM' }, hash: null, below: { id: 'V0BELOW', code } };
  const from = { channel: REVIEWS, ts: null, thread: null, responseUrl: null, shown };
  const ask = await takeAsk(slack.ground, slack.process, {
    ...{ platform: 'slack', key: 'form:1', kind: 'form', sender: 'U0UMA', person: null, place: `slack:${REVIEWS}` },
    payload: { code: encodeAction({ intent: 'reject', subject: name }), values: {}, from },
  });
  if (!ask) throw new Error('taken before');
  await performReceived(slack, ask);
  const drawn = stand.slack.calls.filter(({ args }) => (args as { view_id?: string }).view_id === 'V0BELOW');
  expect(drawn).toEqual([]);
  expect(stand.slack.ephemerals('U0UMA')).toHaveLength(1);
});
