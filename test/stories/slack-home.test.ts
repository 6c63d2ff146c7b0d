import { afterAll, beforeAll, expect, test } from 'vitest';
import { asYaml, LEDGER, TEAM } from './home.ts';
import { SLACK_TEAM } from './in-slack.ts';
import { IDS, Office } from './slack-office.ts';

let office: Office;
beforeAll(async () => {
  office = await Office.open({
    workflows: {
      brief: { tier: 'T2', title: '<!channel> *brief* \u202e', inputs: { ledger: { file: 'data/ledger.csv' } } },
      broken: { steps: [{ id: 'write', skill: 'fails-v1' }], retries: { attempts: 1 } },
      payroll: { tier: 'T2', data_class: 'confidential', review: { approvers: ['maya'] } },
    },
    skills: { 'fails-v1': '#!/bin/sh\nexit 3\n' },
    files: { 'data/ledger.csv': LEDGER },
  });
});
afterAll(() => office[Symbol.asyncDispose]());

const published = () => office.slack.calls.filter(({ method, ok }) => method === 'views.publish' && ok).length;

test('opening it shows the morning of that person, with the buttons they may use', async () => {
  await office.slack.as(IDS.ana).openHome();
  expect(await office.home('ana', /Nothing waits for you/)).toContain('Nothing failed.');
  const { review_id } = await office.world.runToEnd('brief');
  expect(await office.home('ana', /1 review waits for you/)).toContain(review_id);
  expect(office.slack.as(IDS.ana).buttons({ home: true })).toContain(`Look at ${review_id}…`);
  await office.slack.as(IDS.vic).openHome();
  const vic = await office.home('vic', /1 review waits for others/);
  expect(vic).toContain('Nothing waits for you.');
  expect(
    office.slack
      .as(IDS.vic)
      .buttons({ home: true })
      .filter((label) => /Look|Acknowledge|^Run/.test(label)),
  ).toEqual([]);
  await office.slack.as(IDS.maya).openHome();
  await office.home('maya', /Your workflows/);
  expect(office.slack.as(IDS.maya).buttons({ home: true })).toContain('Run brief');
});

test('a click in it is answered in a modal, and the home follows what was decided elsewhere', async () => {
  const { review_id, hash } = { ...(await office.world.item()), hash: (await office.world.item()).output_hash };
  await office.slack.as(IDS.ana).click({ home: true }, `Look at ${review_id}…`);
  await office.modal('ana', /60-second check/);
  expect((await office.world.approve(review_id, hash, 'maya')).code).toBe(0);
  await office.world.pass('10s');
  expect(await office.home('ana', /Nothing waits for you/)).not.toContain(review_id);
});

test('what failed is there for whoever opens it, with who has it', async () => {
  await office.world.runToEnd('broken');
  await office.world.pass('10s');
  await office.home('ana', /1 alert is open/);
  await office.slack.as(IDS.ana).click({ home: true }, /^Acknowledge A-/);
  await office.modal('ana', /You have A-\d+ now/);
  await office.world.pass('10s');
  await office.home('ana', /you have it/);
  await office.world.pass('10s');
  expect(await office.home('vic', /Ana has it/)).toContain('FAIL broken');
});

test('closed work shows its name and state alone', async () => {
  await office.world.runToEnd('payroll');
  await office.world.pass('10s');
  const maya = await office.home('maya', /payroll/);
  expect(maya).not.toContain('Revenue');
  expect(await office.home('vic', /waits for others/)).not.toContain('Revenue');
});

test('nothing is published where nothing changed, and a refusal by its hash is drawn anew', async () => {
  await office.world.pass('2m');
  await office.world.until('quiet', async () => {
    const before = published();
    await office.world.pass('2m');
    return published() === before;
  });
  await office.world.db
    .updateTable('chat_homes')
    .set({ platform_hash: 'stale' })
    .where('sender', '=', IDS.ana)
    .execute();
  await office.world.cli('pause', 'brief', '--reason', 'ledger moves', '--as', 'maya');
  await office.world.pass('10s');
  expect(await office.home('ana', /ledger moves/)).toContain('Paused');
  expect(office.slack.calls).toContainEqual(
    expect.objectContaining({ method: 'views.publish', error: 'hash_conflict' }),
  );
});

test('who is listed no more sees nothing any more, and who to ask', async () => {
  const { vic: _, ...people } = SLACK_TEAM.people as Record<string, unknown>;
  await office.world.put('cowork.yaml', asYaml({ ...TEAM, ...SLACK_TEAM, people }));
  await office.world.taken();
  await office.world.pass('10s');
  const vic = await office.home('vic', /You are not listed/);
  expect(vic).toContain(`Ask Jon to add you there, with this id: ${IDS.vic}`);
  expect(vic).not.toContain('FAIL');
});
