import { afterAll, beforeAll, expect, test } from 'vitest';
import { confirmedCode } from '#src/chat/discord/codes.ts';
import type { Callback } from '#src/chat/discord/discord.ts';
import { codesIn, Desk, IDS, Refused, settled, wordsIn } from './desk.ts';

let desk: Desk;
beforeAll(async () => {
  desk = await Desk.open();
});
afterAll(() => desk[Symbol.asyncDispose]());

const yesIn = (callback: Callback | null): string => codesIn(callback?.data).approve ?? '';

test('approve asks privately and notes nothing; its yes decides, in the place of the question', async () => {
  const { codes, id, name } = await desk.review();
  const asked = await desk.click('ana', codes.approve ?? '');
  expect(asked).toMatchObject({ handled: true, callback: { type: 4, data: { flags: 32_832 } } });
  expect(wordsIn(asked.callback?.data)).toMatch(new RegExp(`Approve ${name}\\?.* Exactly this file .* goes to`));
  expect(await desk.asks()).toEqual([]);
  expect(await desk.row(id)).toMatchObject({ state: 'open' });

  const question = { message: '410000000000000001', privately: true };
  const yes = await desk.click('ana', yesIn(asked.callback), question);
  expect(yes.callback).toEqual({ type: 6 });
  expect(desk.answered).toContain(`${name} is approved`);
  expect(await desk.row(id)).toMatchObject({ state: 'approved' });
  expect(await desk.asks()).toMatchObject([
    { key: 'yes:410000000000000001', kind: 'click', person: 'ana', state: 'done', payload: {} },
  ]);
  const calls = desk.calls.length;
  expect(await desk.click('ana', yesIn(asked.callback), question)).toMatchObject({ callback: { type: 6 } });
  expect(desk.calls).toHaveLength(calls);
  // A question that still stands later had its answer elsewhere, as by direct message.
  await desk.stage.ground.clock.advance(5000);
  const later = await desk.click('ana', yesIn(asked.callback), question);
  expect(later.callback).toMatchObject({ type: 7 });
  expect(wordsIn(later.callback?.data)).toContain('This was answered before, and it counts once.');
  expect(await desk.stage.db.selectFrom('decisions').select('person').execute()).toEqual([{ person: 'ana' }]);
});

test('who may not is refused at once, without a question: privately, with the reason and who may', async () => {
  const { codes, id } = await desk.review({ trigger_by: 'maya', trigger_kind: 'person' });
  const refusals = [
    ['maya', 'You started this run, so you cannot approve it.'],
    ['sam', 'You may not approve brief.'],
    ['vic', 'You are not listed in cowork.yaml'],
  ] as const;
  for (const [who, why] of refusals) {
    const done = await desk.click(who, codes.approve ?? '');
    expect(done.callback).toEqual({ type: 5, data: { flags: 64 } });
    expect([who, desk.answered]).toEqual([who, expect.stringContaining(why)]);
  }
  expect(desk.answered).toContain(`with your Discord id: ${IDS.vic}`);
  expect(await desk.row(id)).toMatchObject({ state: 'open' });
});

test('a button drawn from something else decides nothing, and a decided item says who was there before', async () => {
  const { codes, id, name } = await desk.review();
  const stale = (codes.approve ?? '').replace(/\|(\d+)\.[0-9a-f]/, '|$1.0').slice(0, 100);
  await desk.click('ana', stale === codes.approve ? stale.replace('.0', '.1') : stale);
  expect(await desk.row(id)).toMatchObject({ state: 'open' });
  await desk.click('jon', confirmedCode(codes.approve ?? ''));
  await desk.click('ana', codes.approve ?? '');
  expect(desk.answered).toMatch(new RegExp(`${name} was approved by Jon.*Nothing changed`));
});

test('an alert: taken at once, what is rare opens its form again and again, also from the menu of an older message', async () => {
  const { codes, id } = await desk.alert();
  // What "More…" asks for is an answer to one person, where nothing is tucked away.
  const more = await desk.click('jon', `v1|command|alert show A-${id}|`);
  expect(more.callback).toEqual({ type: 5, data: { flags: 64 } });
  const shown = codesIn(desk.calls.findLast(({ path }) => path.endsWith('/messages/@original'))?.body);
  expect(shown.resolve).toBe(codes.resolve);
  for (let times = 0; times < 2; times += 1)
    expect((await desk.click('jon', shown.resolve ?? '', { privately: true })).callback).toMatchObject({ type: 9 });
  expect((await desk.click('jon', codes.acknowledge ?? '')).callback).toEqual({ type: 5, data: { flags: 64 } });
  const row = () => desk.stage.db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  expect(await row()).toMatchObject({ state: 'acknowledged' });
  const form = await desk.click('jon', codes.resolve ?? '', { menu: true });
  expect(form.callback).toMatchObject({ type: 9, data: { custom_id: codes.resolve } });
  expect((await desk.send('jon', codes.resolve ?? '', { reason: 'renamed' })).callback).toEqual({
    ...{ type: 5, data: { flags: 64 } },
  });
  expect(await row()).toMatchObject({ state: 'resolved' });
  const gone = await desk.click('jon', codes.resolve ?? '', { menu: true });
  expect(gone.callback).toMatchObject({ type: 4, data: { flags: 32_832 } });
  expect(wordsIn(gone.callback?.data)).toContain('resolved by Jon');
});

test('what only reads turns the page of a private answer, and stands below a public one', async () => {
  const code = 'v1|command|status|';
  expect((await desk.click('ana', code)).callback).toEqual({ type: 5, data: { flags: 64 } });
  expect((await desk.click('ana', code, { privately: true })).callback).toEqual({ type: 6 });
  expect(desk.answered).toMatch(/brief|green|waits/i);
  const { id, name } = await desk.alert({ key: 'FAIL:reads' });
  for (const [reads, shown] of [
    ['alert list', name],
    [`alert show ${name}`, 'Resolve…'],
  ]) {
    await desk.click('ana', `v1|command|${reads}|`);
    expect([reads, desk.answered]).toEqual([reads, expect.stringContaining(shown ?? '')]);
  }
  await desk.click('ana', `v1|command|alert ack ${name}|`);
  expect(desk.answered).toContain('A button cannot ask for alert, since it acts.');
  const { state } = await desk.stage.db
    .selectFrom('alerts')
    .select('state')
    .where('id', '=', id)
    .executeTakeFirstOrThrow();
  expect(state).toBe('open');
});

test('the same interaction twice is one ask', async () => {
  const { codes } = await desk.alert({ key: 'FAIL:twice' });
  const before = (await desk.asks()).length;
  const id = desk.id();
  await desk.click('jon', codes.acknowledge ?? '', { id });
  const calls = desk.calls.length;
  await desk.click('jon', codes.acknowledge ?? '', { id });
  expect(desk.calls).toHaveLength(calls);
  expect(await desk.asks()).toHaveLength(before + 1);
});

test('older and foreign buttons, and menus of others, say so privately', async () => {
  const { name } = await desk.review();
  for (const code of [
    'v0|approve|R-1|',
    `act:approve:${name}`,
    '',
    'ticket_close',
    'x'.repeat(100),
    'v1|approve|R-1|1|2',
  ]) {
    for (const menu of [true, false]) {
      const done = await desk.click('ana', code, { menu });
      expect(done.callback).toMatchObject({ type: 4, data: { flags: 32_832 } });
      expect(wordsIn(done.callback?.data)).toContain('This button is from an older version of the message.');
    }
  }
  expect(await desk.arrive(IDS.ana, 3, { component_type: 3, custom_id: 'more.1', values: [] })).toMatchObject({
    callback: { type: 4 },
  });
});

test('late, lost and void: what was noted is done, and told directly once the token answers no more', async () => {
  const { codes, name, id } = await desk.alert({ key: 'FAIL:late' });
  desk.refuse = ({ path }) => (path.startsWith('/webhooks/') ? new Refused(10015) : null);
  const tried = () => desk.calls.filter(({ path }) => path.startsWith('/webhooks/')).length;
  const before = tried();
  const acted = desk.click('jon', codes.acknowledge ?? '', { answer: async () => false });
  // A first answer in the reply of a request may not have arrived yet, so it is tried a moment later.
  for (const [count, ms] of [200, 600].entries()) {
    await settled(() => expect(tried()).toBe(before + count + 1));
    await desk.stage.ground.clock.advance(ms);
  }
  await acted;
  const row = () => desk.stage.db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
  expect(await row()).toMatchObject({ state: 'acknowledged' });
  expect(desk.directly.at(-1)).toContain(name);
  const to = desk.calls.findLast(({ path }) => path === '/users/@me/channels');
  expect(to?.body ?? { recipient_id: IDS.jon }).toEqual({ recipient_id: IDS.jon });
  desk.refuse = ({ path }) => (path.startsWith('/webhooks/') ? new Refused(50027) : new Refused(50007));
  await desk.click('jon', codes.acknowledge ?? '');
  expect((await desk.asks()).at(-1)?.outcome).toMatch(/; the answer reached nobody$/);
  desk.refuse = () => null;
  expect(desk.calls.filter(({ path }) => path.startsWith('/webhooks/')).every(({ auth }) => auth === false)).toBe(true);
  expect(JSON.stringify(desk.logged)).not.toMatch(/token-\d/);
});
