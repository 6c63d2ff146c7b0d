import { expect, test } from 'vitest';
import type { Callback } from '#src/chat/discord/discord.ts';
import { privately, Stand } from './stand.ts';

const TIMEOUT = { timeout: 20_000 };
const NINA = '100000000000000001';

const said = (stand: Stand): string => JSON.stringify(stand.discord.privates(NINA).at(-1)?.components ?? null);

test('every click is answered once and in words, whatever becomes of it', async () => {
  await using stand = await Stand.open({ paced: false });
  let act: (name: string) => Promise<boolean> = async () => false;
  const came: string[] = [];
  await stand.inDiscord({
    handle: [
      async (_, { body, answer, deadline }) => {
        came.push(String(body.id));
        if (!(await act(String(body.id)))) return false;
        if (deadline.isClosed) return true;
        expect(await answer(privately('done'))).toBe(true);
        expect(await answer(privately('done again'))).toBe(false);
        return true;
      },
    ],
  });
  const at = await stand.button();
  const click = async (over: object = {}) => {
    const clicked = await stand.nina().click(at, 'Go', over);
    expect(clicked.acked).toBe(true);
    return clicked;
  };
  await click();
  expect(said(stand)).toContain('Nothing here answers this any more');

  act = async () => true;
  const { id } = await click();
  expect(said(stand)).toContain('done');
  const before = came.length;
  await stand.discord.redeliver(id);
  await expect.poll(() => stand.said('came a second time').length, TIMEOUT).toBe(1);
  expect(came).toHaveLength(before);

  act = async () => Promise.reject(new Error('broken by the test'));
  await click();
  expect(said(stand)).toContain('Something went wrong on our side');

  let late = () => {};
  act = () =>
    new Promise((resolve) => {
      late = () => resolve(true);
    });
  await click();
  expect(said(stand)).toContain('That took too long on our side. Nothing was done');
  late();

  // Elsewhere, without saying where, and for another application.
  await click({ guild_id: '999999999999999999' });
  expect(said(stand)).toContain('works in the server that it was set up for, and not here');
  // Whoever adds a public bot elsewhere does not learn whose it is.
  expect(said(stand)).not.toContain(stand.discord.guild.name);
  act = async () => true;
  const heard = came.length;
  await click({ guild_id: undefined, member: undefined, user: { id: NINA, username: 'nina' } });
  expect(came).toHaveLength(heard + 1);
  await click({ guild_id: null, member: null, user: null });
  expect(said(stand)).toContain('works in the server');
  expect(came).toHaveLength(heard + 1);
});

test('what lacks what it is answered by is left alone, and what lacks anything else is handled', async () => {
  await using stand = await Stand.open();
  const came: unknown[] = [];
  await stand.inDiscord({ handle: [async (_, { body }) => came.push(body.id) > 0] });
  const { application, guild } = stand.discord;
  const whole = { id: '1', application_id: application, type: 3, token: 'aW50ZXJhY3Rpb24', guild_id: guild.id };
  for (const over of [
    { id: undefined },
    { id: 'x' },
    { token: null },
    { token: '' },
    { type: '3' },
    { application_id: '5' },
    { application_id: null },
  ]) {
    await stand.discord.send({ op: 0, t: 'INTERACTION_CREATE', d: { ...whole, ...over } });
  }
  await stand.discord.send({ op: 0, t: 'INTERACTION_CREATE', d: { ...whole, id: '2' } });
  await expect.poll(() => came, TIMEOUT).toEqual(['2']);
  expect(stand.said('cannot be read')).toHaveLength(5);
  expect(stand.said('another application')).toHaveLength(2);
  expect(stand.heard.lines.join('')).not.toContain('aW50ZXJhY3Rpb24');
  stand.clock.put(3000);
  await expect.poll(() => stand.said('did not take an answer').length, TIMEOUT).toBe(1);
  stand.discord.amiss.length = 0;
});

test('a callback that breaks or hangs is sent again, and one that Discord has taken is not', async () => {
  await using stand = await Stand.open({ paced: false });
  const taken: boolean[] = [];
  await stand.inDiscord({ handle: [async (_, { answer }) => taken.push(await answer(privately('done'))) > 0] });
  const at = await stand.button();
  const route = /^POST \/interactions\//;
  for (const kind of ['http500', 'drop_call', 'drop_answer', 'hang'] as const) {
    stand.discord.fault(route, { kind, times: 1 });
    expect(await stand.nina().click(at, 'Go')).toMatchObject({ acked: true });
  }
  stand.discord.fault(route, { kind: 'error', code: 10062, times: 1 });
  const lost = stand.nina().click(at, 'Go');
  await expect.poll(() => taken, TIMEOUT).toEqual([true, true, true, true, false]);
  expect(stand.said('did not take an answer')).toHaveLength(1);
  stand.clock.put(60_000);
  await lost;
  stand.discord.amiss.length = 0;
});

test('what Discord refuses for how it is drawn leaves the interaction open for plainer words, and the log says what it was', async () => {
  await using stand = await Stand.open({ paced: false });
  const taken: boolean[] = [];
  const unfit = { type: 9, data: { title: 'x'.repeat(46), custom_id: 'form', components: [] } } as const;
  let instead: Callback['instead'] | undefined = async () => privately('type it');
  await stand.inDiscord({
    handle: [async (_, { answer }) => taken.push(await answer({ ...unfit, ...(instead ? { instead } : {}) })) > 0],
  });
  const at = await stand.button();
  expect(await stand.nina().click(at, 'Go')).toMatchObject({ acked: true });
  expect(said(stand)).toContain('type it');
  expect(stand.discord.modals(NINA)).toEqual([]);
  expect(stand.said(/does not take an answer for how it is drawn/)).toEqual([
    expect.stringMatching(/"level":50.*"pointer":"\/data\/title".*"pointer":"\/data\/components"/),
  ]);
  instead = undefined;
  const lost = stand.nina().click(at, 'Go');
  await expect.poll(() => taken, TIMEOUT).toEqual([true, false]);
  stand.clock.put(60_000);
  await lost;
  stand.discord.amiss.length = 0;
});
