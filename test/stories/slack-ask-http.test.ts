import { afterAll, beforeAll, expect, test } from 'vitest';
import { IDS, Office, OPS } from './slack-office.ts';

let office: Office;
beforeAll(async () => {
  office = await Office.open({ mode: 'http', workflows: { brief: { tier: 'T2' } } });
});
afterAll(() => office[Symbol.asyncDispose]());

test('over HTTP a command is answered, a shortcut tells its story and a home is drawn', async () => {
  expect((await office.ask('vic', 'status')).text).toMatch(/green/);
  expect((await office.ask('gus', 'status')).text).toContain('You are not listed in cowork.yaml');
  const { review_id } = await office.world.runToEnd('brief');
  await office.world.told();
  const message = office.slack.messages(OPS).find(({ text }) => text.includes(review_id ?? 'none'));
  await office.slack.as(IDS.vic).messageShortcut('what_happened', OPS, message?.ts ?? '');
  await office.modal('vic', /a worker began/);
  await office.slack.as(IDS.sam).globalShortcut('run_workflow');
  await office.modal('sam', /Workflow/);
  expect((await office.slack.as(IDS.sam).submit({ workflow: 'brief' })).acked).toBe(true);
  await office.modal('sam', /whatever its schedule says/);
  await office.slack.as(IDS.ana).openHome();
  expect(await office.home('ana', /1 review waits for you/)).toContain(review_id);
});

test('over HTTP files come on request, and the home is used and follows what is decided elsewhere', async () => {
  const { slack, world } = office;
  const { json } = await world.cli('queue', '--json');
  const { review_id, output_hash } = json[0];
  const message = slack.messages(OPS).find(({ text }) => text.includes(review_id));
  await slack.as(IDS.vic).click({ channel: OPS, ts: message?.ts ?? '' }, 'Get the files');
  await office.done();
  const sent = slack.files.filter(({ complete }) => complete);
  expect(sent.map(({ name, bytes }) => [name, String(bytes)])).toContainEqual(['brief.md', '# Brief\nNo ledger.\n']);
  expect(sent.every(({ channels }) => channels.every((id) => id.startsWith('D')))).toBe(true);
  expect(slack.dms(IDS.vic).at(-1)?.files).toHaveLength(sent.length);
  await slack.as(IDS.ana).click({ home: true }, `Look at ${review_id}…`);
  await office.modal('ana', /60-second check/);
  expect((await world.approve(review_id, output_hash, 'maya')).code).toBe(0);
  await world.pass('10s');
  expect(await office.home('ana', /waits for you/)).not.toContain(review_id);
});

test('over HTTP what happens to a channel is noticed at once, and what waited is said when it is over', async () => {
  const { slack, world } = office;
  const state = () =>
    world.db.selectFrom('places').select('state').where('place', '=', `slack:${OPS}`).executeTakeFirst();
  await slack.archive(OPS);
  await world.until('the archive noticed', async () => (await state())?.state === 'away');
  expect(await world.openAlerts()).toMatchObject([
    { key: `UNREACHABLE:slack:${OPS}`, error_message: expect.stringContaining('was archived; unarchive it') },
  ]);
  const { review_id } = await world.runToEnd('brief');
  expect(slack.messages(OPS).filter(({ text }) => text.includes(review_id ?? 'none'))).toEqual([]);
  await slack.unarchive(OPS);
  await world.until('what waited', async () => {
    await world.told();
    return slack.messages(OPS).some(({ text }) => text.includes(review_id ?? 'none'));
  });
  expect(await state()).toEqual({ state: 'well' });
  expect(await world.openAlerts()).toEqual([]);
});

test('a database that does not answer in time is said at once, and nothing is done later', async () => {
  const before = (await office.world.runs('brief')).length;
  const noted = office.world.db.selectFrom('asks').select('key').where('sender', '=', IDS.sam);
  const asked = await noted.execute();
  const lock = await office.world.database.pool.connect();
  try {
    await lock.query('begin');
    await lock.query('lock table asks in access exclusive mode');
    const typed = await office.slack.as(IDS.sam).command('run brief', OPS);
    expect(typed.acked).toBe(true);
    expect(office.slack.ephemerals(IDS.sam).at(-1)?.text).toContain('Nothing was done. Type it again in a minute.');
  } finally {
    await lock.query('rollback');
    lock.release();
  }
  await office.world.product.slack?.settle();
  expect(await noted.execute()).toEqual(asked);
  expect(await office.world.runs('brief')).toHaveLength(before);
});
