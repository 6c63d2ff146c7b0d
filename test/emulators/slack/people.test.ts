import { expect, test } from 'vitest';
import { connectedApp } from './connected.ts';
import { startSlack } from './emulator.ts';

const BLOCKS = [
  { type: 'section', text: { type: 'plain_text', text: 'Run 42 is done' } },
  {
    type: 'actions',
    block_id: 'row',
    elements: [
      { type: 'button', action_id: 'approve', text: { type: 'plain_text', text: 'Approve' }, value: '42' },
      {
        type: 'overflow',
        action_id: 'more',
        options: [{ text: { type: 'plain_text', text: 'Snooze' }, value: 'snooze' }],
      },
    ],
  },
];

test('a click on a button that stands there reaches Bolt, is acknowledged and answered', async () => {
  await using slack = await startSlack();
  slack.addUser({ id: 'U0ANNA0001', name: 'anna' });
  slack.addChannel({ id: 'C0OPS00001', name: 'ops', members: ['U0ANNA0001'] });
  await using app = await connectedApp(slack);
  const seen: unknown[] = [];
  app.action('approve', async ({ ack, body, respond, action }) => {
    seen.push(body, action);
    await ack();
    await respond({ text: 'Approved', replace_original: false });
  });
  const posted = await app.client.chat.postMessage({ channel: 'C0OPS00001', text: 'Run 42', blocks: BLOCKS });
  const done = await slack.as('U0ANNA0001').click({ channel: 'C0OPS00001', ts: posted.ts ?? '' }, 'Approve');
  expect(done).toMatchObject({ acked: true });
  expect(seen[0]).toMatchObject({ type: 'block_actions', user: { id: 'U0ANNA0001' }, message: { ts: posted.ts } });
  expect(seen[1]).toMatchObject({ action_id: 'approve', block_id: 'row', value: '42', type: 'button' });
  await expect.poll(() => slack.ephemerals('U0ANNA0001')).toMatchObject([{ text: 'Approved' }]);
  expect(slack.amiss).toEqual([]);
});
