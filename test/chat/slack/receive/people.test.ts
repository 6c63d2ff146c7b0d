import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { senderOf } from '#src/chat/slack/receive/index.ts';
import type { Slack } from '#src/chat/slack/slack.ts';
import { workflowOf } from '#test/reviews/stage.ts';
import { IDS, linkedTeam, Stand } from './stand.ts';

let stand: Stand;
beforeEach(async () => {
  stand = await Stand.open({ team: { default_role: 'viewer' } });
});
afterEach(() => stand[Symbol.asyncDispose]());

const of = (id: string, team = stand.slack.team.id) =>
  senderOf(stand.opened.slack, { user: { id, team_id: team }, channel: { id: 'C0REVIEWS' } });
/** People of `cowork.yaml` who may approve, by Slack's ids. */
const list = (ids: Record<string, string>) => {
  const { people } = linkedTeam() as { people: object };
  const more = Object.entries(ids).map(([key, slack]) => [
    key,
    { name: key, email: `${key}@acme.example`, roles: ['approver'], slack },
  ]);
  const team = { default_role: 'viewer', people: { ...people, ...Object.fromEntries(more) } };
  return stand.stage.activate(linkedTeam(team), workflowOf());
};
const asked = () => stand.slack.calls.filter(({ method }) => method === 'users.info').length;

describe('who it is', () => {
  test('a person by their Slack id, asked for once in ten minutes', async () => {
    for (const _ of [1, 2]) {
      expect(await of(IDS.ana)).toEqual({
        ...{ sender: IDS.ana, person: 'ana', member: false, unsure: false, outsider: null, place: 'slack:C0REVIEWS' },
      });
    }
    expect(asked()).toBe(1);
  });

  test('nobody for a listed id that Slack tells to be a guest’s, a stranger’s, a bot’s, or of somebody who has left', async () => {
    await list({ gus: 'U0GUS', str: 'U0STR', gone: 'U0GONE', bot: stand.slack.botUser });
    const kinds = { U0GUS: 'guest', U0STR: 'stranger', U0GONE: 'gone', [stand.slack.botUser]: 'bot' };
    for (const [id, outsider] of Object.entries(kinds)) {
      expect([id, await of(id)]).toMatchObject([id, { person: null, member: false, unsure: false, outsider }]);
    }
    const before = asked();
    expect(await of(IDS.ana, 'T0OTHER')).toMatchObject({ person: null, outsider: 'stranger' });
    expect(asked()).toBe(before);
  });

  test('while Slack does not tell, whoever is listed goes on, as what it told last; nobody is asked about at each click', async () => {
    await list({ gus: 'U0GUS' });
    expect(await of('U0GUS')).toMatchObject({ person: null, outsider: 'guest' });
    await stand.stage.ground.clock.advance(11 * 60_000);
    stand.slack.fault('users.info', { kind: 'error', error: 'internal_error', times: 3 });
    const before = asked();
    for (const _ of [1, 2]) {
      expect(await of(IDS.ana)).toMatchObject({ person: 'ana', unsure: false, outsider: null });
      expect(await of('U0GUS')).toMatchObject({ person: null, outsider: 'guest' });
    }
    expect(asked()).toBe(before + 2);
    await stand.stage.ground.clock.advance(31_000);
    expect(await of(IDS.ana)).toMatchObject({ person: 'ana' });
    expect(await of(IDS.ana)).toMatchObject({ person: 'ana' });
    expect(asked()).toBe(before + 3);
  });

  test('an unlisted full member, asked for once in ten minutes', async () => {
    expect(await of('U0UMA')).toMatchObject({ person: null, member: true, unsure: false });
    expect(await of('U0UMA')).toMatchObject({ member: true });
    expect(asked()).toBe(1);
    await stand.stage.ground.clock.advance(11 * 60_000);
    expect(await of('U0UMA')).toMatchObject({ member: true });
    expect(asked()).toBe(2);
  });

  test('no guest, stranger, bot, or somebody who has left', async () => {
    for (const id of ['U0GUS', 'U0STR', 'U0GONE', stand.slack.botUser]) {
      expect([id, await of(id)]).toMatchObject([id, { person: null, member: false }]);
    }
    // Of another workspace: nobody has to be asked.
    const before = asked();
    expect(await of('U0ELSE', 'T0OTHER')).toMatchObject({ person: null, member: false, unsure: false });
    expect(asked()).toBe(before);
  });

  test('nobody where Slack does not tell, or the payload does not', async () => {
    stand.slack.fault('users.info', { kind: 'error', error: 'internal_error' });
    expect(await of('U0UMA')).toMatchObject({ person: null, member: false, unsure: true });
    expect(await of('U0UMA')).toMatchObject({ member: true, unsure: false });
    for (const body of [
      {},
      { user: null },
      { user: { id: 7 } },
      { user: { id: '<@U0ANA>' } },
      { user_id: ['U0ANA'] },
    ]) {
      expect(await senderOf(stand.opened.slack, body)).toMatchObject({ sender: '', person: null, member: false });
    }
  });

  test('nobody to ask about where default_role is none; what the payload says by itself counts all the same', async () => {
    const { at } = await stand.review();
    await stand.stage.activate(linkedTeam(), workflowOf());
    for (const id of ['U0UMA', 'U0GUS'])
      expect(await of(id)).toMatchObject({ person: null, member: false, unsure: false, outsider: null });
    expect(await of('U0UMA', 'T0OTHER')).toMatchObject({ person: null, member: false, outsider: 'stranger' });
    // Approve goes on to the act, and Reject… stops before a form: the same words.
    for (const label of ['Approve', 'Reject…']) {
      const said = await stand.told('U0GUS', () => stand.slack.as('U0GUS').click(at, label));
      expect(said).toContain(
        'You are not listed in cowork.yaml, so you cannot act here. Ask Jon to add you there, with your Slack id: U0GUS.',
      );
    }
    expect(asked()).toBe(0);
  });
});

describe('in an organisation', () => {
  /** Somebody of whom Slack tells this, for an app of this kind of installation. */
  const told = (user: object, orgWide: boolean) => {
    const { slack } = stand.opened;
    const clients = { ...slack.clients, now: { users: { info: async () => ({ ok: true, user }) } } };
    const team = () => ({ ...slack.team(), enterprise: 'E0OURS', orgWide });
    const kit: Slack = { ...slack, team, clients: clients as unknown as Slack['clients'] };
    return senderOf(kit, { user: { id: 'U0UMA', team_id: 'T0OTHER' } });
  };
  const of = (...teams: string[]) => ({ id: 'U0UMA', enterprise_user: { enterprise_id: 'E0OURS', teams } });

  test('a member is somebody of our own workspace', async () => {
    const { id } = stand.slack.team;
    expect(await told(of('T0OTHER', id), false)).toMatchObject({ member: true });
    expect(await told(of('T0OTHER'), false)).toMatchObject({ member: false, unsure: false });
    expect(await told({ id: 'U0UMA', team_id: 'T0OTHER' }, false)).toMatchObject({ member: false });
    expect(await told({ id: 'U0UMA', team_id: id }, false)).toMatchObject({ member: true });
    expect(await told({ ...of(id), is_restricted: true }, false)).toMatchObject({ member: false });
  });

  test('or of the whole of it, where the app was installed for that', async () => {
    expect(await told(of('T0OTHER'), true)).toMatchObject({ member: true });
    const elsewhere = { id: 'U0UMA', enterprise_user: { enterprise_id: 'E0ELSE', teams: [] } };
    expect(await told(elsewhere, true)).toMatchObject({ member: false });
  });
});

test('whom nobody waits for is asked about by the other client, seldom, and not while Slack wants no questions', async () => {
  const { slack } = stand.opened;
  const patiently = (id: string) => senderOf(slack, { user: { id } }, 'patient');
  stand.slack.fault('users.info', { kind: 'rate' });
  expect(await patiently('U0UMA')).toMatchObject({ unsure: true });
  expect(await patiently('U0GUS')).toMatchObject({ unsure: true });
  expect(asked()).toBe(1);
  // Somebody who clicks is asked about all the same.
  expect(await of('U0UMA')).toMatchObject({ member: true });
  await stand.stage.ground.clock.advance(50 * 60_000);
  expect(await patiently('U0UMA')).toMatchObject({ member: true });
  expect(asked()).toBe(2);
  await stand.stage.ground.clock.advance(11 * 60_000);
  expect(await patiently('U0UMA')).toMatchObject({ member: true });
  expect(asked()).toBe(3);
});

test('somebody whom Slack does not know is nobody, and a payload that names nobody is told of in the log', async () => {
  expect(await of('U0NOBODY')).toMatchObject({ person: null, member: false, unsure: false });
  await senderOf(stand.opened.slack, { type: 'block_actions', user: { id: 7 } });
  expect(stand.logged.at(-1)).toMatchObject({ about: { type: 'block_actions' } });
  expect(stand.logged.at(-1)?.words).toContain('names nobody');
});

test('a member who is not listed reads and does not act', async () => {
  const { at, id } = await stand.review();
  const alert = await stand.alert({ run_id: (await stand.stage.ended(undefined, { status: 'FAILED' })).id });
  const uma = stand.slack.as('U0UMA');
  expect(await stand.told('U0UMA', () => uma.click(alert.at, 'What happened?'))).not.toContain('not listed');
  for (const label of ['Approve', 'Reject…']) {
    expect(await stand.told('U0UMA', () => uma.click(at, label))).toContain('You are not listed in cowork.yaml');
  }
  const refusal = 'You are not listed in cowork.yaml, so you cannot act here. Ask';
  const before = stand.slack.ephemerals('U0UMA').length;
  await uma.click(at, 'Look…');
  await stand.modal('U0UMA', refusal);
  await stand.done();
  await stand.opened.settle();
  expect(stand.slack.ephemerals('U0UMA')).toHaveLength(before);
  expect(await stand.row(id)).toMatchObject({ state: 'open' });
});

test('a guest, a stranger and whoever Slack does not tell of neither read nor act', async () => {
  const { at, id } = await stand.review();
  const alert = await stand.alert({ run_id: (await stand.stage.ended(undefined, { status: 'FAILED' })).id });
  for (const user of ['U0GUS', 'U0STR']) {
    const person = stand.slack.as(user);
    const why = user === 'U0GUS' ? 'You are a guest in Slack' : 'Your Slack account is not one of this workspace';
    expect(await stand.told(user, () => person.click(at, 'Approve'))).toContain(why);
    expect(await stand.told(user, () => person.click(alert.at, 'What happened?'))).toContain(why);
  }
  stand.slack.fault('users.info', { kind: 'error', error: 'internal_error' });
  const told = await stand.told('U0UMA', () => stand.slack.as('U0UMA').click(alert.at, 'What happened?'));
  expect(told).toContain('Slack did not tell who you are just now, so nothing is shown.');
  expect(await stand.row(id)).toMatchObject({ state: 'open' });
  const refused = await stand.stage.db.selectFrom('audit').select('act').where('act', '=', 'access.refused').execute();
  expect(refused.length).toBeGreaterThan(0);
});

test('a guest whom cowork.yaml lists as an approver decides nothing, and hears why', async () => {
  const { at, id } = await stand.review();
  await list({ gus: 'U0GUS' });
  const gus = stand.slack.as('U0GUS');
  for (const label of ['Approve', 'Reject…', 'Look…']) {
    const told = await stand.told('U0GUS', () => gus.click(at, label));
    expect(told).toContain(
      'You are a guest in Slack, and guests may do nothing here. Nothing was done. ' +
        'Ask Jon: the account that cowork.yaml names for you has to be a full member of the workspace.',
    );
  }
  expect(await stand.row(id)).toMatchObject({ state: 'open' });
  expect(await stand.asks()).toEqual([]);
  const refused = await stand.stage.db
    .selectFrom('audit')
    .select('actor')
    .where('act', '=', 'access.refused')
    .execute();
  expect(refused).toEqual([{ actor: 'nobody' }, { actor: 'nobody' }, { actor: 'nobody' }]);
});
