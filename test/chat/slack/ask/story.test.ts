import { afterAll, beforeAll, expect, test } from 'vitest';
import { IDS, Office, OPS } from '#test/stories/slack-office.ts';

let office: Office;
beforeAll(async () => {
  office = await Office.open({ team: { default_role: 'viewer' }, workflows: { brief: {} } });
});
afterAll(() => office[Symbol.asyncDispose]());

test('a member of whom Slack does not tell just now is told that, and not that nobody lists them', async () => {
  const ts = await office.slack.say(OPS, IDS.vic, 'what now?');
  office.slack.fault('users.info', { kind: 'error', error: 'internal_error' });
  await office.slack.as(IDS.lee).messageShortcut('what_happened', OPS, ts);
  expect(await office.modal('lee', /Slack did not tell who you are/)).not.toContain('not listed');
});

test('a story that reaches nobody is noted as one', async () => {
  const ts = await office.slack.say(OPS, IDS.vic, 'and now?');
  for (const method of ['views.open', 'response_url', 'chat.postEphemeral', 'conversations.open', 'chat.postMessage'])
    office.slack.fault(method, { kind: 'error', error: 'user_not_found', times: 9 });
  await office.slack.as(IDS.vic).messageShortcut('what_happened', OPS, ts);
  await office.world.until('the note that nobody heard it', async () => {
    const rows = await office.world.db.selectFrom('asks').select('outcome').orderBy('id').execute();
    return rows.at(-1)?.outcome === 'answered; the answer reached nobody';
  });
});
