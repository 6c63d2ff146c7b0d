import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { IDS, Office } from '#test/stories/slack-office.ts';

let office: Office;
beforeAll(async () => {
  office = await Office.open({ workflows: { brief: {} } });
});
afterAll(() => office[Symbol.asyncDispose]());

const told = () => office.slack.dms(IDS.sam).map(({ text }) => text);

test('where the record does not answer, the modal that waits says so', async () => {
  await sql`alter table active_snapshot rename to active_snapshot_away`.execute(office.world.db);
  try {
    expect((await office.slack.as(IDS.sam).globalShortcut('run_workflow')).acked).toBe(true);
    await office.modal('sam', /Something went wrong on our side/);
  } finally {
    await sql`alter table active_snapshot_away rename to active_snapshot`.execute(office.world.db);
  }
  expect(told()).toEqual([]);
});

test('where Slack opens no modal, the person is told in their direct conversation', async () => {
  office.slack.fault('views.open', { kind: 'error', error: 'internal_error' });
  await office.slack.as(IDS.sam).globalShortcut('run_workflow');
  await office.world.until('a direct message', async () => told().length > 0);
  expect(told().at(-1)).toContain('Nothing was done. Choose "Run a workflow" again');
});

test('where nothing was heard of a modal that is open, it is drawn all the same', async () => {
  const before = told().length;
  office.slack.fault('views.open', { kind: 'drop_answer' });
  await office.slack.as(IDS.sam).globalShortcut('run_workflow');
  await office.modal('sam', /Workflow/);
  expect(told()).toHaveLength(before);
});

test('a workflow whose form cannot be drawn is told of below the field', async () => {
  while (office.slack.modals(IDS.sam).length > 0) await office.slack.as(IDS.sam).close();
  await office.slack.as(IDS.sam).globalShortcut('run_workflow');
  await office.modal('sam', /Workflow/);
  await sql`alter table active_snapshot rename to active_snapshot_away`.execute(office.world.db);
  try {
    const sent = await office.slack.as(IDS.sam).submit({ workflow: 'brief' });
    expect(sent.errors).toEqual({ workflow: 'Something went wrong on our side. Nothing was done. Send it again.' });
  } finally {
    await sql`alter table active_snapshot_away rename to active_snapshot`.execute(office.world.db);
  }
});
