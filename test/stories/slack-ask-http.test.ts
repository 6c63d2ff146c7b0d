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

test('a database that does not answer in time is said at once, and nothing is done later', async () => {
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
  const asks = await office.world.db.selectFrom('asks').select('key').where('sender', '=', IDS.sam).execute();
  expect(asks).toEqual([]);
  expect(await office.world.runs('brief')).toHaveLength(1);
});
