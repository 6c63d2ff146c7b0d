import { afterAll, beforeAll, expect, test } from 'vitest';
import { asYaml, TEAM } from '#test/stories/home.ts';
import { SLACK_TEAM } from '#test/stories/in-slack.ts';
import { IDS, Office } from '#test/stories/slack-office.ts';

let office: Office;
beforeAll(async () => {
  office = await Office.open({ team: { default_role: 'viewer' }, workflows: { brief: {} } });
});
afterAll(() => office[Symbol.asyncDispose]());

const homes = () => office.world.db.selectFrom('chat_homes').selectAll().execute();
const about = (method: string, key: string, id: string) =>
  office.slack.calls.filter((call) => call.method === method && (call.args as Record<string, unknown>)[key] === id);
const put = async (over: object) => {
  await office.world.put('cowork.yaml', asYaml({ ...TEAM, ...SLACK_TEAM, ...over }));
  await office.world.taken();
};

test('opened while Slack does not tell whose it is, a home is drawn as soon as it does', async () => {
  office.slack.fault('users.info', { kind: 'rate' });
  await office.slack.as(IDS.lee).openHome();
  await office.home('lee', /Nothing waits/);
  const asked = office.slack.calls.filter(({ method }) => method === 'users.info');
  expect(asked).toMatchObject([{ error: 'ratelimited' }, { args: { user: IDS.lee } }]);
});

test('the home of somebody who may see nothing is drawn when they open it, and not followed', async () => {
  await office.slack.as(IDS.gus).openHome();
  await office.home('gus', /You are a guest in Slack, and guests may do nothing here\. Ask Jon/);
  await office.slack.as(IDS.lee).openHome();
  await office.home('lee', /Nothing waits/);
  const asked = about('users.info', 'user', IDS.gus).length;
  await office.world.pass('2h');
  await office.world.cli('pause', 'brief', '--reason', 'ledger moves', '--as', 'maya');
  await office.world.pass('10s');
  await office.home('lee', /ledger moves/);
  expect(about('users.info', 'user', IDS.gus)).toHaveLength(asked);
  expect(about('views.publish', 'user_id', IDS.gus)).toHaveLength(1);
  expect((await homes()).find(({ sender }) => sender === IDS.gus)).toMatchObject({ closed: true, member: false });
  expect((await homes()).find(({ sender }) => sender === IDS.lee)).toMatchObject({ closed: false, member: true });
});

test('what nobody may see any more is gone from a home, however long ago it was opened', async () => {
  const long = new Date(office.world.clock.now().getTime() - 20 * 86_400_000);
  await office.world.db.updateTable('chat_homes').set({ opened_at: long }).where('sender', '=', IDS.lee).execute();
  await put({ default_role: 'none' });
  await office.world.pass('10s');
  expect(await office.home('lee', /You are not listed/)).not.toContain('ledger');
});

test('whoever is listed by now sees their morning without opening it again', async () => {
  await put({
    people: {
      ...SLACK_TEAM.people,
      lee: { name: 'Lee Moss', email: 'lee@acme.example', roles: ['viewer'], slack: IDS.lee },
    },
  });
  await office.world.pass('10s');
  await office.home('lee', /ledger moves/);
});
