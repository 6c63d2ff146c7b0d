import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LEDGER } from './home.ts';
import { ASIDE, IDS, Office, OPS } from './slack-office.ts';

const HOSTILE = '<!channel> <@U0VIC01> *b* [x](javascript:x) \u202egnp.exe @everyone';

let office: Office;
beforeAll(async () => {
  office = await Office.open({
    team: { default_role: 'viewer' },
    workflows: {
      brief: { tier: 'T2', inputs: { ledger: { file: 'data/ledger.csv' } } },
      memo: { tier: 'T1', inputs: { client: { text: true } }, title: HOSTILE },
      payroll: { tier: 'T2', data_class: 'confidential', review: { approvers: ['maya'] } },
    },
    files: { 'data/ledger.csv': LEDGER },
  });
});
afterAll(() => office[Symbol.asyncDispose]());

describe('typed words', () => {
  test('are answered to that person alone, also where the bot is not', async () => {
    const shown = await office.ask('vic', 'status');
    expect(shown.text).toMatch(/green/);
    expect(office.slack.messages(OPS).filter(({ text }) => /green/.test(text))).toEqual([]);
    expect((await office.ask('vic', 'roi', ASIDE)).said).toContain('Hours saved');
    expect((await office.ask('vic', '')).said).toContain('status');
    expect((await office.ask('vic', 'help pause')).said).toContain('pause');
  });

  test('that are wrong show the right form and the nearest word', async () => {
    expect((await office.ask('vic', 'statsu')).text).toContain('Did you mean /cowork status?');
    expect((await office.ask('sam', 'pause')).text).toContain(
      'Say which workflow. Write: /cowork pause <workflow>'.replace(/</g, '&lt;').replace(/>/g, '&gt;'),
    );
    expect((await office.ask('vic', 'status “brief')).text).toContain('is not closed');
    expect((await office.ask('vic', `status ${'x'.repeat(4000)}`)).text).toContain('4000 is the most');
  });

  test('are read as they were meant: quotes, spaces and mentions of a device', async () => {
    const done = await office.ask('sam', '\u00a0run\u00a0memo client=‘Beta Ltd’ ');
    expect(done.text).toContain('is queued');
    const run = await office.world.newest('memo');
    const { texts } = await office.world.db
      .selectFrom('runs')
      .select('texts')
      .where('id', '=', run.run_id)
      .executeTakeFirstOrThrow();
    expect(texts).toEqual({ client: 'Beta Ltd' });
    await office.world.ended(run.run_id);
    expect((await office.ask('jon', 'alert assign A-99 @ana')).text).toContain('There is no alert A-99');
  });

  test('for everybody go to the channel, without buttons that act', async () => {
    const before = office.slack.messages(OPS).length;
    await office.slack.as(IDS.vic).command('status —public', OPS);
    await office.world.until('a public answer', async () => office.slack.messages(OPS).length > before);
    expect(office.slack.messages(OPS).at(-1)?.text).toMatch(/green/);
    expect((await office.ask('vic', 'status payroll --public')).text).toContain('payroll is confidential');
    expect((await office.ask('vic', 'review R-1 --public')).text).toContain('--public is for status');
  });

  test('of unlisted members read what default_role allows; guests and strangers are told whom to ask', async () => {
    expect((await office.ask('lee', 'status')).text).toMatch(/green/);
    expect((await office.ask('lee', 'run memo client=x')).text).toContain('you can read here and not act');
    expect((await office.ask('gus', 'status')).text).toContain(
      'You are a guest in Slack, and guests may do nothing here. Nothing was done. Ask Jon: ',
    );
    // Slack offers our command to nobody of another workspace; what comes from there all the same is left alone.
    expect((await office.slack.as(IDS.zoe).command('run memo client=Zoe', OPS)).acked).toBe(true);
    await office.done();
    expect(office.slack.ephemerals(IDS.zoe)).toEqual([]);
    expect((await office.world.runs('memo')).filter(({ texts }) => texts.client === 'Zoe')).toEqual([]);
  });

  test('that lack what a run needs are answered with its form', async () => {
    expect((await office.ask('sam', 'run memo')).text).toContain('memo asks for a text before it runs');
    const sam = office.slack.as(IDS.sam);
    await sam.click({ ephemeral: true }, 'Run…');
    await office.modal('sam', /client/);
    expect((await sam.submit({ client: 'Typed' })).errors).toBeUndefined();
    await office.modal('sam', /is queued/);
    await office.world.ended((await office.world.newest('memo')).run_id);
  });

  test('are answered in the private conversation as well', async () => {
    const direct = office.slack.workspace.im(IDS.vic).id;
    expect((await office.ask('vic', 'queue', direct)).text).toContain('waits for review');
  });

  test('count once, however often they arrive', async () => {
    const typed = await office.slack.as(IDS.sam).command('run memo client=Once', OPS);
    await office.done();
    const again = { trigger_id: (typed as unknown as { payload: { trigger_id: string } }).payload.trigger_id };
    expect((await office.slack.as(IDS.sam).command('run memo client=Once', OPS, again)).acked).toBe(true);
    await office.done();
    const runs = await office.world.runs('memo');
    expect(runs.filter(({ texts }) => texts.client === 'Once')).toHaveLength(1);
    await office.world.ended(runs.at(-1)?.id ?? '');
  });
});

describe('files', () => {
  test('asked for on a review come into the private conversation, byte for byte', async () => {
    const run = await office.world.runToEnd('brief');
    await office.world.told();
    const message = office.slack.messages(OPS).find(({ text }) => text.includes(run.review_id ?? 'none'));
    await office.slack.as(IDS.vic).click({ channel: OPS, ts: message?.ts ?? '' }, 'Get the files');
    await office.done();
    expect(office.slack.ephemerals(IDS.vic).at(-1)?.text).toContain(
      `2 files of ${run.review_id}: all are in your direct messages with this bot.`,
    );
    const sent = office.slack.files.filter(({ complete }) => complete);
    expect(Object.fromEntries(sent.map(({ name, bytes }) => [name, String(bytes)]))).toEqual({
      'brief.md': '# Brief\nRevenue 1204.30 EUR.\n',
      'rows.csv': LEDGER,
    });
    expect(sent.every(({ channels }) => channels.every((id) => id.startsWith('D')))).toBe(true);
    expect(office.slack.dms(IDS.vic).at(-1)?.files).toHaveLength(2);
  });

  test('with the figures of roi come as well, by their words and by their button, as the console gives them', async () => {
    const typed = await office.ask('vic', 'roi --csv');
    expect(typed.text).toMatch(
      /^The figures for .* so far as a CSV file: it is in your direct messages with this bot\.$/,
    );
    const shown = await office.ask('lee', 'roi');
    expect(shown.said).toContain('CSV');
    await office.slack.as(IDS.lee).click({ ephemeral: true }, 'CSV');
    await office.done();
    const filesOf = (id: string) => office.slack.dms(id).at(-1)?.files ?? [];
    const [month = ''] = /roi-[^"]*\.csv/.exec(JSON.stringify(filesOf(IDS.vic))) ?? [];
    const browser = await office.world.browser('vic');
    const { text: page } = await browser.get(`/roi.csv?month=${month.slice(4, 11)}`);
    expect(page).toContain('from,to,complete,workflow,currency,runs,hours_saved,value');
    const given = office.slack.files.filter(({ name, complete }) => complete && name === month);
    expect(given.map(({ bytes }) => String(bytes))).toEqual([page, page]);
    expect(given.map(({ channels }) => channels.every((id) => id.startsWith('D')))).toEqual([true, true]);
    expect([filesOf(IDS.vic).length, filesOf(IDS.lee).length]).toEqual([1, 1]);
    expect((await office.ask('vic', 'roi --csv --public')).text).toContain('A file is handed to one person alone.');
    expect((await office.ask('gus', 'roi --csv')).text).toContain('You are a guest in Slack');
    expect(office.slack.dms(IDS.gus)).toEqual([]);
  });

  test('of closed work are for those who may see it', async () => {
    const run = await office.world.runToEnd('payroll');
    await office.world.told();
    const message = office.slack.messages(OPS).find(({ text }) => text.includes(run.review_id ?? 'none'));
    const before = office.slack.files.length;
    await office.slack.as(IDS.vic).click({ channel: OPS, ts: message?.ts ?? '' }, 'Get the files');
    await office.done();
    expect(office.slack.ephemerals(IDS.vic).at(-1)?.text).toContain(
      'You may not see the outputs of payroll. Maya can.',
    );
    expect(office.slack.files).toHaveLength(before);
    await office.slack.as(IDS.maya).click({ channel: OPS, ts: message?.ts ?? '' }, 'Get the files');
    await office.done();
    expect(office.slack.dms(IDS.maya).at(-1)?.files).toHaveLength(2);
  });

  test('that Slack does not take are on the page, and the person is told so', async () => {
    const { review_id } = await office.world.newest('brief');
    const message = office.slack.messages(OPS).find(({ text }) => text.includes(review_id ?? 'none'));
    office.slack.fault('files.completeUploadExternal', { kind: 'error', error: 'restricted_action' });
    await office.slack.as(IDS.vic).click({ channel: OPS, ts: message?.ts ?? '' }, 'Get the files');
    await office.done();
    expect(office.slack.ephemerals(IDS.vic).at(-1)?.text).toContain('Nothing was sent.');
  });

  test('of which nobody heard whether Slack took them may have arrived, and the person is told so', async () => {
    const { review_id } = await office.world.newest('brief');
    const message = office.slack.messages(OPS).find(({ text }) => text.includes(review_id ?? 'none'));
    office.slack.fault('files.completeUploadExternal', { kind: 'drop_answer' });
    await office.slack.as(IDS.vic).click({ channel: OPS, ts: message?.ts ?? '' }, 'Get the files');
    await office.done();
    const told = office.slack.ephemerals(IDS.vic).at(-1)?.text;
    expect(told).toContain('They may have arrived');
    expect(told).not.toContain('Nothing was sent');
  });
});

describe('what happened', () => {
  test('is told of the run that a message is about', async () => {
    const { review_id, run_id } = await office.world.newest('brief');
    const message = office.slack.messages(OPS).find(({ text }) => text.includes(review_id ?? 'none'));
    expect((await office.slack.as(IDS.vic).messageShortcut('what_happened', OPS, message?.ts ?? '')).acked).toBe(true);
    const told = await office.modal('vic', /a worker began/);
    expect(told).toContain(run_id);
    expect(told).toContain('What it is for');
  });

  test('is told of a public answer that names a run, and not of anybody else’s message', async () => {
    const { run_id } = await office.world.newest('brief');
    const before = office.slack.messages(OPS).length;
    await office.slack.as(IDS.vic).command(`summary ${run_id} --public`, OPS);
    await office.world.until('a public answer', async () => office.slack.messages(OPS).length > before);
    await office.slack.as(IDS.lee).messageShortcut('what_happened', OPS, office.slack.messages(OPS).at(-1)?.ts ?? '');
    expect(await office.modal('lee', /a worker began/)).toContain(run_id);
    const ts = await office.slack.say(OPS, IDS.vic, `who broke ${run_id}?`);
    await office.slack.as(IDS.vic).messageShortcut('what_happened', OPS, ts);
    expect(await office.modal('vic', /not one of Cowork Ops/)).not.toContain('a worker began');
    await office.slack.as(IDS.gus).messageShortcut('what_happened', OPS, office.slack.messages(OPS).at(0)?.ts ?? '');
    await office.modal('gus', /You are a guest in Slack/);
  });
});

describe('a workflow run from the shortcut', () => {
  test('is chosen, asked for its texts, and started once', async () => {
    const sam = office.slack.as(IDS.sam);
    await sam.globalShortcut('run_workflow');
    await office.modal('sam', /Workflow/);
    expect((await sam.submit({ workflow: 'memo' })).errors).toBeUndefined();
    await office.modal('sam', /client/);
    await sam.submit({ client: HOSTILE });
    expect(await office.modal('sam', /is queued/)).toContain('memo-');
    const runs = await office.world.runs('memo');
    expect(runs.filter(({ texts }) => texts.client === HOSTILE)).toHaveLength(1);
    await office.world.ended(runs.at(-1)?.id ?? '');
  });

  test('asks whether, where it has no texts', async () => {
    const sam = office.slack.as(IDS.sam);
    await sam.globalShortcut('run_workflow');
    await office.modal('sam', /Workflow/);
    await sam.submit({ workflow: 'brief' });
    await office.modal('sam', /whatever its schedule says/);
    await sam.submit();
    await office.modal('sam', /is queued/);
    await office.world.ended((await office.world.newest('brief')).run_id);
  });

  test('is refused to whoever may run none, with who can', async () => {
    await office.slack.as(IDS.vic).globalShortcut('run_workflow');
    expect(await office.modal('vic', /You may not run/)).toContain('can.');
    await office.slack.as(IDS.zoe).globalShortcut('run_workflow');
    await office.modal('zoe', /Your Slack account is not one of this workspace/);
  });
});

test('nothing that somebody wrote was ever given to Slack as a mention, a link or markup', () => {
  const given = office.slack.calls.map(({ args }) => args as Record<string, unknown>);
  expect(given.some((args) => JSON.stringify(args).includes('!channel'))).toBe(true);
  for (const args of given) {
    const { text = '', initial_comment = '' } = args;
    expect(`${String(text)}${String(initial_comment)}`).not.toMatch(/<[!@#]/);
    expect(JSON.stringify(args)).not.toMatch(/"type":"mrkdwn"|\u202e/);
  }
});
