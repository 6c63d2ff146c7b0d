import { afterEach, beforeEach, expect, test } from 'vitest';
import { drawNotice } from '#blocks/index.ts';
import { renderSlackHome } from '#src/chat/slack/views.ts';
import type { Notice } from '#src/store/outbox.ts';
import { IDS, Stand, wasAcked } from './stand.ts';

let stand: Stand;
beforeEach(async () => {
  stand = await Stand.open();
});
afterEach(() => stand[Symbol.asyncDispose]());

/** Shows what a notice tells in somebody's App Home. */
async function home(notice: Notice, user: string): Promise<void> {
  const drawn = await drawNotice(stand.stage.ground, notice, {});
  if (!drawn) throw new Error('nothing to say');
  const { slack } = stand.opened;
  const view = renderSlackHome(drawn.view, await slack.draw('home'));
  await slack.clients.now.views.publish({ user_id: user, view });
}

test('a click in the App Home is answered in a modal over it, a form opens over it', async () => {
  const { id, name } = await stand.alert();
  await home({ kind: 'alert', alert_id: id }, IDS.sam);
  const sam = stand.as('sam');
  wasAcked(await sam.click({ home: true }, 'Acknowledge'));
  await stand.modal(IDS.sam, name);
  await stand.done(1);
  expect((await stand.asks())[0]).toMatchObject({ place: 'slack:home', outcome: `acknowledge ${name}: done` });
  await sam.close({ all: true });
  wasAcked(await sam.click({ home: true }, 'Silence…'));
  await stand.modal(IDS.sam, 'For how long');
  await sam.submit({ for: '1 hour', reason: 'ledger moves' });
  await stand.modal(IDS.sam, `${name} is silenced`);
  expect(stand.slack.ephemerals(IDS.sam)).toEqual([]);
});

test('a refusal too; and where no modal opens, the answer comes as a direct message', async () => {
  const { id } = await stand.review();
  await home({ kind: 'review', review_id: id }, IDS.sam);
  const sam = stand.as('sam');
  wasAcked(await sam.click({ home: true }, 'Reject…'));
  await stand.modal(IDS.sam, 'You may not reject brief. Maya, Jon and Ana can.');
  await sam.close({ all: true });
  stand.slack.fault('views.open', { kind: 'error', error: 'expired_trigger_id', times: 2 });
  wasAcked(await sam.click({ home: true }, 'Approve'));
  await stand.done(1);
  await stand.opened.settle();
  expect(stand.slack.dms(IDS.sam).map(({ text }) => text)).toEqual([
    'You may not approve brief. Maya, Jon and Ana can.',
  ]);
});
