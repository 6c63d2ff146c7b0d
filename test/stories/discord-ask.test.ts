import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ASIDE, DiscordOffice, IDS, OPS, said } from './discord-office.ts';
import { LEDGER } from './home.ts';

const HOSTILE = '@everyone <@310000000000000005> **b** [x](javascript:x) ‮gnp.exe # h';

let office: DiscordOffice;
beforeAll(async () => {
  office = await DiscordOffice.open({
    team: { default_role: 'viewer' },
    workflows: {
      brief: { tier: 'T2', inputs: { ledger: { file: 'data/ledger.csv' } } },
      memo: { tier: 'T1', inputs: { client: { text: true } }, title: HOSTILE },
      sixfold: {
        tier: 'T1',
        inputs: Object.fromEntries(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => [name, { text: true }])),
      },
      payroll: { tier: 'T2', data_class: 'confidential', review: { approvers: ['maya'] } },
    },
    files: { 'data/ledger.csv': LEDGER },
  });
});
afterAll(() => office[Symbol.asyncDispose]());

const textsOf = async (run: string) =>
  (await office.world.db.selectFrom('runs').select('texts').where('id', '=', run).executeTakeFirstOrThrow()).texts;

describe('a command', () => {
  test('is answered to that person alone, also where the bot may not write', async () => {
    expect(await office.ask('vic', 'status')).toMatchObject({ alone: true, said: expect.stringMatching(/green/) });
    expect(await office.ask('vic', 'roi', {}, ASIDE)).toMatchObject({
      alone: true,
      said: expect.stringContaining('Hours saved'),
    });
    expect((await office.ask('vic', 'help', { command: 'pause' })).said).toContain('pause');
    expect(office.discord.messages(OPS).filter((one) => /green/.test(said(one)))).toEqual([]);
  });

  test('for everybody is answered in the channel, and what is refused is not', async () => {
    const all = () => office.discord.messages(OPS).filter((one) => /All green|is confidential/.test(said(one)));
    const shown = await office.ask('vic', 'status', { public: true });
    expect(shown).toMatchObject({ alone: false, said: expect.stringMatching(/green/) });
    expect(all()).toHaveLength(1);
    await office.ask('vic', 'status', { workflow: 'payroll', public: true });
    expect(all()).toHaveLength(1);
    expect(said(office.discord.privates(IDS.vic).at(-1))).toContain('payroll is confidential');
  });

  test('takes what was not offered, and says what is wrong with it', async () => {
    expect((await office.ask('vic', 'status', { workflow: 'breif' })).said).toContain('brief');
    expect((await office.ask('vic', 'review', { review: 'no such' })).said).toContain('no such');
    expect((await office.ask('jon', 'alert ack', { alert: 'A-99' })).said).toContain('There is no alert A-99');
    const { said: refused } = await office.ask('vic', 'pause', { workflow: 'brief', reason: '--public "x' });
    expect(refused).toMatch(/may not pause/);
  });

  test('of an unlisted member reads what default_role allows; whoever has not agreed to the rules is told so', async () => {
    expect((await office.ask('lee', 'status')).said).toMatch(/green/);
    expect((await office.ask('lee', 'run', { workflow: 'memo', input: 'client=x' })).said).toContain(
      'you can read here and not act',
    );
    expect((await office.ask('pia', 'status')).said).toContain(
      'You have not agreed to the rules of this server yet, so you may do nothing here. Nothing was done. Agree to them in Discord, then try again.',
    );
  });

  test('counts once, however often it arrives', async () => {
    const { asked } = await office.ask('sam', 'run', { workflow: 'memo', input: 'client=Once' });
    office.world.product.discord?.settle();
    await office.discord.redeliver(asked.id);
    await office.done();
    const runs = (await office.world.runs('memo')).filter(({ texts }) => texts.client === 'Once');
    expect(runs).toHaveLength(1);
    await office.world.ended(runs[0]?.id ?? '');
  });

  test('that an older version registered is told apart', async () => {
    const cowork = office.discord.commands.guild.find(({ name }) => name === 'cowork');
    const data = { id: cowork?.id, name: 'cowork', type: 1, options: [{ type: 1, name: 'tokens', options: [] }] };
    const old = await office.as('vic').command('cowork status', {}, OPS, { data });
    expect((await office.heard(old, 'tokens')).said).toContain('There is no command "tokens"');
    const other = await office.as('vic').command('cowork status', {}, OPS, { data: { ...data, name: 'ping' } });
    expect((await office.heard(other, 'ping')).said).toContain('There is no such command any more');
    for (const broken of [null, {}, { name: 'cowork', options: [null] }, { name: 'cowork', options: 'x' }]) {
      const sent = await office.as('vic').command('cowork status', {}, OPS, { data: broken });
      expect((await office.heard(sent, JSON.stringify(broken))).alone).toBe(true);
    }
  });
});

describe('a run', () => {
  test('that lacks its texts opens its form at once, with what was typed; sent, it is started', async () => {
    const asked = await office.as('sam').command('cowork run', { workflow: 'memo' }, OPS);
    expect(asked.callback?.type).toBe(9);
    expect(office.as('sam').modal?.title).toBe('Run memo');
    const sent = await office.as('sam').submit({ client: HOSTILE });
    expect((await office.heard(sent, 'the form')).said).toContain('is queued');
    const run = await office.world.newest('memo');
    expect(await textsOf(run.run_id)).toEqual({ client: HOSTILE });
    await office.world.ended(run.run_id);
  });

  test('with its texts is started', async () => {
    const { said: told } = await office.ask('sam', 'run', { workflow: 'memo', input: 'client=Beta "& Sons" Ltd' });
    expect(told).toContain('is queued');
    const run = await office.world.newest('memo');
    expect(await textsOf(run.run_id)).toEqual({ client: 'Beta & Sons Ltd' });
    await office.world.ended(run.run_id);
  });

  test('that needs more texts than a form holds says how they are typed', async () => {
    const { said: told, alone } = await office.ask('sam', 'run', { workflow: 'sixfold' });
    expect(alone).toBe(true);
    expect(told).toContain('It takes more texts than a form holds (5). Type it:');
    const { said: queued } = await office.ask('sam', 'run', { workflow: 'sixfold', input: 'a=1 b=2 c=3 d=4 e=5 f=6' });
    expect(queued).toContain('is queued');
    await office.world.ended((await office.world.newest('sixfold')).run_id);
  });

  test('is refused to whoever may not, before they fill in anything', async () => {
    const { said: told, asked } = await office.ask('vic', 'run', { workflow: 'memo' });
    expect(asked.callback?.type).toBe(5);
    expect(told).toMatch(/may not run/);
  });
});

describe('while somebody types', () => {
  const offered = async (name: string, typed: Record<string, string>, field: string) =>
    (await office.as('vic').complete(name, typed, field, OPS)).map(({ value }) => value);

  test('names are offered as they are now: what begins so, then what holds it', async () => {
    expect((await offered('cowork status', {}, 'workflow')).sort()).toEqual(['brief', 'memo', 'payroll', 'sixfold']);
    expect(await offered('cowork status', { workflow: 'pay' }, 'workflow')).toEqual(['payroll']);
    expect(await offered('cowork pause', { workflow: 'al' }, 'workflow')).toEqual(['all']);
    expect(await offered('cowork alert assign', { to: 'Okaf' }, 'to')).toEqual(['jon']);
    const [run] = await offered('cowork audit', {}, 'run');
    expect(run).toBe((await office.world.newest('sixfold')).run_id);
  });

  test('only what the person can do something about is offered', async () => {
    expect(await offered('cowork run', {}, 'workflow')).toEqual([]);
    const sams = await office.as('sam').complete('cowork run', {}, 'workflow', OPS);
    expect(sams.map(({ value }) => value)).toContain('memo');
    expect(await offered('cowork cancel', {}, 'run')).toEqual([]);
    expect(await office.as('pia').complete('cowork status', {}, 'workflow', OPS)).toEqual([]);
    expect((await office.as('lee').complete('cowork status', {}, 'workflow', OPS)).length).toBeGreaterThan(0);
  });

  test('an open review and its alert are offered with what they are about', async () => {
    const run = await office.world.runToEnd('brief');
    const reviews = await office.as('ana').complete('cowork review', {}, 'review', OPS);
    expect(reviews[0]).toEqual({ name: `${run.review_id} · brief, open`, value: run.review_id });
  });
});

test('the figures of roi come as a file for one person alone, by their words and by their button, as the console gives them', async () => {
  const given = (id: string) => office.discord.privates(id).flatMap(({ attachments }) => attachments);
  const typed = await office.ask('vic', 'roi', { csv: true });
  expect(typed).toMatchObject({
    alone: true,
    said: expect.stringMatching(/The figures for .* so far as a CSV file: it is below, for you alone\./),
  });
  const shown = await office.ask('lee', 'roi');
  expect(shown.alone).toBe(true);
  const pressed = await office.as('lee').click({ private: true }, 'CSV');
  await office.heard(pressed, 'CSV');
  const [name = ''] = given(IDS.vic).map(({ filename }) => filename);
  const browser = await office.world.browser('vic');
  const { text: page } = await browser.get(`/roi.csv?month=${/\d{4}-\d\d/.exec(name)?.[0]}`);
  expect(page).toContain('from,to,complete,workflow,currency,runs,hours_saved,value');
  for (const id of [IDS.vic, IDS.lee])
    expect(given(id).map(({ filename, bytes }) => [filename, String(bytes)])).toEqual([[name, page]]);
  await office.ask('vic', 'roi', { csv: true, public: true });
  expect(said(office.discord.privates(IDS.vic).at(-1))).toContain('A file is handed to one person alone.');
  expect((await office.ask('pia', 'roi', { csv: true })).said).not.toContain('CSV file');
  expect(given(IDS.pia)).toEqual([]);
  expect(office.discord.messages(OPS).flatMap(({ attachments }) => attachments)).toEqual([]);
});

describe('what happened', () => {
  test('is told of the run that a message is about, for that person alone', async () => {
    await office.world.told();
    const { review_id, run_id } = await office.world.newest('brief');
    const message = office.discord.messages(OPS).find((one) => said(one).includes(review_id ?? 'none'));
    const asked = await office.as('vic').messageCommand('What happened?', OPS, message?.id ?? '');
    const told = await office.heard(asked, 'what happened');
    expect(told.alone).toBe(true);
    const pages = office.discord.privates(IDS.vic).map(said).join(' ');
    expect(told.said).toContain(run_id);
    expect(pages).toContain('a worker began');
  });

  test('is told of a public answer that names a run, and not of anybody else’s message', async () => {
    const { run_id } = await office.world.newest('brief');
    const shown = await office.ask('vic', 'summary', { run: run_id, public: true });
    const asked = await office.as('lee').messageCommand('What happened?', OPS, shown.shown?.id ?? '');
    expect((await office.heard(asked, 'a public answer')).said).toContain(run_id);
    const id = office.discord.say(OPS, IDS.vic, `who broke ${run_id}?`);
    const other = await office.as('vic').messageCommand('What happened?', OPS, id);
    expect((await office.heard(other, 'another message')).said).toContain('not one of Cowork Ops');
    const stranger = await office.as('pia').messageCommand('What happened?', OPS, id);
    expect((await office.heard(stranger, 'a stranger')).said).toContain('You have not agreed to the rules');
  });
});

test('nobody was pinged, and nothing that somebody wrote was given to Discord as a mention, a link or markup', () => {
  expect(office.discord.pings(OPS)).toEqual([]);
  const drawn = office.discord.calls.map(({ body }) => JSON.stringify(body ?? null));
  expect(drawn.some((text) => text.includes('everyone'))).toBe(true);
  for (const text of drawn.filter((one) => /"type":17/.test(one)))
    expect(text).not.toMatch(/(?<!\\)@everyone|(?<!\\)<@\d|\u202e/);
});
