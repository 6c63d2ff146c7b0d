import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { makeClients } from '#src/chat/slack/connect/clients.ts';
import { followRota } from '#src/chat/slack/group/follow-rota.ts';
import { teamFile } from '#src/people/team.ts';
import { groupTrouble, rotaTrouble } from '#src/reports/group-trouble.ts';
import type { Home } from '#src/workflows/home.ts';
import { type SlackEmulator, startSlack } from '#test/emulators/slack/emulator.ts';
import { TestClock } from '#test/setup/clock.ts';
import { type TestGround, testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';

const MINUTE = 60_000;
const WEEK = 7 * 24 * 60 * MINUTE;
const GROUP = 'S0ONCALL';

let database: FreshDatabase;
let slack: SlackEmulator;
let ground: TestGround;

beforeEach(async () => {
  database = await freshDatabase();
  // Maya's week; Jon has the next one.
  ground = testGround(database.db, '/nowhere', new TestClock('2026-11-03T12:00:00Z'));
  hold();
  slack = await startSlack();
  for (const id of ['U0MAYA', 'U0JON', 'U0ZOE']) slack.addUser({ id, name: id.slice(2).toLowerCase() });
  slack.addUserGroup({ id: GROUP, handle: 'oncall', users: ['U0ZOE'] });
});

afterEach(async () => {
  const { amiss } = slack;
  await slack[Symbol.asyncDispose]();
  await database.drop();
  expect(amiss).toEqual([]);
});

interface Rota {
  rota?: string[];
  starts?: string;
  group?: string | undefined;
  jon?: string | undefined;
}

/** Brings a home with this rota into force. */
function hold({ rota = ['maya', 'jon'], starts = '2026-11-02T09:00', ...more }: Rota = {}): void {
  const group = 'group' in more ? more.group : GROUP;
  const jon = 'jon' in more ? more.jon : 'U0JON';
  const team = teamFile.parse({
    team: 'Acme',
    timezone: 'Europe/Berlin',
    people: {
      maya: { name: 'Maya Lindt', email: 'maya@acme.example', slack: 'U0MAYA', roles: ['owner'] },
      jon: { name: 'Jon Okafor', email: 'jon@acme.example', roles: ['approver'], ...(jon ? { slack: jon } : {}) },
    },
    on_call: { rota, starts, shift: '1w', ...(group ? { slack_group: group } : {}) },
  });
  ground.homes.hold(1, { team, workflows: {}, skills: {} } as unknown as Home);
}

/** What one process of the product holds; each has its own clients. */
const process = (): Parameters<typeof followRota>[0] => ({ ground, clients: makeClients(slack.config, ground.log) });

/** One look, some time after the last. */
async function follow(afterMs = MINUTE): Promise<void> {
  await ground.clock.advance(afterMs);
  await followRota(process());
}

const group = () => slack.userGroups.get(GROUP);
const trouble = async () => groupTrouble(database.db, (await ground.homes.active()).home.team);
const trail = async () =>
  (await database.db.selectFrom('audit').select(['act', 'actor', 'via', 'data']).orderBy('id').execute()).map(
    ({ act, actor, via, data }) => ({ act, actor, via, ...data }),
  );
const entry = (who: string | null, former?: string[]) => ({
  ...{ act: 'group.changed', actor: 'service', via: 'slack', group: GROUP, who },
  ...(former ? { former } : {}),
});
/** As it was kept by hand. */
const KEPT = ['U0ZOE'];
const asked = (method: string) => slack.calls.filter((call) => call.method === method).length;

describe('the user group of the rota', () => {
  test('becomes whoever is on call, and changes with the rota; the trail has each change', async () => {
    await follow();
    expect(group()).toMatchObject({ users: ['U0MAYA'], disabled: false });
    await follow(WEEK);
    expect(group()).toMatchObject({ users: ['U0JON'], disabled: false });
    expect(await trail()).toEqual([entry('maya', KEPT), entry('jon')]);
    expect(await trouble()).toBeNull();
  });

  test('is left alone while it is right, and looked at now and then', async () => {
    await follow();
    const calls = slack.calls.length;
    for (let minute = 0; minute < 9; minute += 1) await follow();
    expect(slack.calls).toHaveLength(calls);
    await follow();
    expect(asked('usergroups.list')).toBe(2);
    expect(asked('usergroups.users.update')).toBe(1);
    expect(await trail()).toEqual([entry('maya', KEPT)]);
  });

  test('is put right again when somebody has changed it by hand', async () => {
    await follow();
    const held = group();
    if (held) held.users = ['U0ZOE', 'U0MAYA'];
    await follow(10 * MINUTE);
    expect(group()?.users).toEqual(['U0MAYA']);
    expect(await trail()).toEqual([entry('maya', KEPT), entry('maya', ['U0ZOE', 'U0MAYA'])]);
  });

  test('is switched off where nobody is on call, since Slack keeps no empty one, and on again', async () => {
    hold({ starts: '2026-12-07T09:00' });
    await follow();
    expect(group()).toMatchObject({ users: ['U0ZOE'], disabled: true });
    expect(await trouble()).toBeNull();
    hold();
    await follow();
    expect(group()).toMatchObject({ users: ['U0MAYA'], disabled: false });
    expect(await trail()).toEqual([entry(null, KEPT), entry('maya', KEPT)]);
  });

  test('is switched off while somebody without a Slack id is on call, who is named', async () => {
    hold({ jon: undefined });
    await follow();
    await follow(WEEK);
    expect(group()).toMatchObject({ disabled: true });
    expect(await trouble()).toBe('Jon is on call and has no Slack id in cowork.yaml; the group is switched off');
    hold();
    await follow();
    expect(group()).toMatchObject({ users: ['U0JON'], disabled: false });
    expect(await trouble()).toBeNull();
    expect(await trail()).toEqual([entry('maya', KEPT), entry(null), entry('jon', ['U0MAYA'])]);
  });

  test('is nobody’s business where the home names none', async () => {
    hold({ group: undefined });
    await follow();
    expect(slack.calls).toEqual([]);
    expect(await trouble()).toBeNull();
  });

  test('is asked for by one of several processes', async () => {
    await ground.clock.advance(MINUTE);
    const all = [process(), process(), process(), process()];
    await Promise.all(all.map((each) => followRota(each)));
    expect(asked('usergroups.users.update')).toBe(1);
    expect(await trail()).toEqual([entry('maya', KEPT)]);
  });
});

describe('a group that is switched on', () => {
  const SWITCHES = ['usergroups.enable', 'usergroups.users.update'];
  const switches = () =>
    slack.calls.filter(({ method }) => SWITCHES.includes(method)).map(({ method, ok }) => [method, ok]);
  beforeEach(() => {
    const held = group();
    if (held) held.disabled = true;
  });

  test('has its new members before anybody can call it, where Slack takes them', async () => {
    slack.workspace.membersWhileOff = true;
    await follow();
    expect(switches()).toEqual([
      ['usergroups.users.update', true],
      ['usergroups.enable', true],
    ]);
    expect(group()).toMatchObject({ users: ['U0MAYA'], disabled: false });
    expect(await trail()).toEqual([entry('maya', KEPT)]);
  });

  test('has them at once afterwards, where Slack takes none before', async () => {
    await follow();
    expect(switches()).toEqual([
      ['usergroups.users.update', false],
      ['usergroups.enable', true],
      ['usergroups.users.update', true],
    ]);
    expect(group()).toMatchObject({ users: ['U0MAYA'], disabled: false });
  });

  test('is left off with its former members, where Slack does not take whoever is on call', async () => {
    slack.addUser({ id: 'U0MAYA', name: 'maya', kind: 'guest' });
    await follow();
    expect(group()).toMatchObject({ users: KEPT, disabled: true });
    expect(await trouble()).toMatch(/^invalid_users: /);
  });

  test('is only switched on, where its members are right already', async () => {
    const held = group();
    if (held) held.users = ['U0MAYA'];
    await follow();
    expect(switches()).toEqual([['usergroups.enable', true]]);
  });
});

describe('a group that the home names no more', () => {
  const rows = () => database.db.selectFrom('chat_groups').select('group_id').execute();
  const said = async () => rotaTrouble(database.db, (await ground.homes.active()).home.team);

  test('is switched off once, and stays as somebody switches it on afterwards', async () => {
    await follow();
    hold({ group: undefined });
    await follow();
    expect(group()).toMatchObject({ users: ['U0MAYA'], disabled: true });
    expect(await trail()).toEqual([entry('maya', KEPT), { ...entry(null), let_go: true }]);
    expect([await rows(), await said()]).toEqual([[], null]);
    const held = group();
    if (held) held.disabled = false;
    const calls = slack.calls.length;
    await follow(WEEK);
    expect(slack.calls).toHaveLength(calls);
  });

  test('is switched off by one of several processes, while the one named now takes its place', async () => {
    await follow();
    slack.addUserGroup({ id: 'S0NEXT', handle: 'next', users: ['U0ZOE'] });
    hold({ group: 'S0NEXT' });
    await ground.clock.advance(MINUTE);
    await Promise.all([process(), process(), process()].map((each) => followRota(each)));
    expect(group()?.disabled).toBe(true);
    expect(slack.userGroups.get('S0NEXT')).toMatchObject({ users: ['U0MAYA'], disabled: false });
    expect(asked('usergroups.disable')).toBe(1);
    expect(await rows()).toEqual([{ group_id: 'S0NEXT' }]);
  });

  test('is left alone where somebody keeps it by hand by now, and where we never changed it', async () => {
    await follow();
    const held = group();
    if (held) held.users = ['U0MAYA', 'U0ZOE'];
    hold({ group: undefined });
    await follow();
    expect(group()).toMatchObject({ users: ['U0MAYA', 'U0ZOE'], disabled: false });
    slack.plan = 'free';
    hold();
    await follow();
    hold({ group: undefined });
    const calls = slack.calls.length;
    await follow();
    expect(slack.calls).toHaveLength(calls);
    expect([await rows(), await said()]).toEqual([[], null]);
    expect(asked('usergroups.disable')).toBe(0);
  });

  test('is in status with what to do while it cannot be switched off, for a week at most', async () => {
    await follow();
    hold({ group: undefined });
    slack.workspace.botsManageGroups = false;
    await follow();
    expect(await trouble()).toBeNull();
    expect(await said()).toMatch(
      /^cowork\.yaml no longer names S0ONCALL, and it could not be switched off, .*switch it off in Slack \(permission_denied: /,
    );
    await follow(30_000);
    expect(asked('usergroups.disable')).toBe(1);
    await follow(MINUTE);
    expect(asked('usergroups.disable')).toBe(2);
    await follow(WEEK);
    expect([await rows(), await said()]).toEqual([[], null]);
    expect(group()?.disabled).toBe(false);
  });

  test('follows again at once where the home names it again meanwhile', async () => {
    await follow();
    hold({ group: undefined });
    slack.away(true);
    await follow();
    expect(await said()).toMatch(/Slack cannot be reached/);
    slack.away(false);
    hold();
    await follow(WEEK);
    expect(group()).toMatchObject({ users: ['U0JON'], disabled: false });
    expect([await said(), await trouble()]).toEqual([null, null]);
    expect(await trail()).toEqual([entry('maya', KEPT), entry('jon')]);
  });
});

describe('Slack that takes its time', () => {
  /** A look that stands still at its first change until it is let go. */
  async function heldLook() {
    const slow = process();
    const at = Promise.withResolvers<void>();
    const go = Promise.withResolvers<void>();
    const { list } = slow.clients.later.usergroups;
    slow.clients.later.usergroups.list = async (options) => {
      const answer = await list(options);
      at.resolve();
      await go.promise;
      return answer;
    };
    await ground.clock.advance(MINUTE);
    const looked = followRota(slow);
    await at.promise;
    const end = async () => {
      go.resolve();
      await looked;
    };
    return { end };
  }

  test('whoever comes back with an old rota changes nothing that the next one brought about', async () => {
    const held = await heldLook();
    await follow(WEEK);
    await held.end();
    expect(group()?.users).toEqual(['U0JON']);
    expect(await trail()).toEqual([entry('jon', KEPT)]);
    await follow();
    expect(asked('usergroups.users.update')).toBe(1);
  });

  test('and nothing where the rota became another one meanwhile', async () => {
    const held = await heldLook();
    hold({ rota: ['jon', 'maya'] });
    await held.end();
    expect(group()?.users).toEqual(KEPT);
    expect(await trail()).toEqual([]);
    await follow();
    expect(group()?.users).toEqual(['U0JON']);
  });

  test('and leaves the word of a failure to whoever came later', async () => {
    const held = await heldLook();
    await follow();
    slack.plan = 'free';
    await held.end();
    expect(await trouble()).toBeNull();
    expect(await trail()).toEqual([entry('maya', KEPT)]);
  });
});

describe('what keeps it from following', () => {
  test.each([
    [
      'permission_denied',
      /^permission_denied: the workspace lets only admins change user groups/,
      () => {
        slack.workspace.botsManageGroups = false;
      },
      () => {
        slack.workspace.botsManageGroups = true;
      },
    ],
    [
      'a free plan',
      /^paid_teams_only: user groups need a paid plan/,
      () => {
        slack.plan = 'free';
      },
      () => {
        slack.plan = 'paid';
      },
    ],
    [
      'no such group',
      /^there is no user group S0ONCALL\. Correct on_call\.slack_group/,
      () => {
        slack.userGroups.delete(GROUP);
      },
      () => {
        slack.addUserGroup({ id: GROUP, handle: 'oncall', users: ['U0ZOE'] });
      },
    ],
    [
      'a guest on call',
      /^invalid_users: Slack does not take this member\. Guests and bots/,
      () => {
        slack.addUser({ id: 'U0MAYA', name: 'maya', kind: 'guest' });
      },
      () => {
        slack.addUser({ id: 'U0MAYA', name: 'maya' });
      },
    ],
    ['Slack being away', /^Slack cannot be reached/, () => slack.away(true), () => slack.away(false)],
  ])('%s is noted, and it heals when that is mended', async (_, words, spoil, mend) => {
    spoil();
    await follow();
    expect(await trouble()).toMatch(words);
    expect(await trail()).toEqual([]);
    mend();
    await follow(2 * MINUTE);
    expect(await trouble()).toBeNull();
    expect(group()?.users).toEqual(['U0MAYA']);
    expect(await trail()).toEqual([entry('maya', KEPT)]);
  });

  test('a missing scope is named', async () => {
    slack.workspace.scopes.delete('usergroups:write');
    await follow();
    slack.expectAmiss(/usergroups\.users\.update: missing scope/);
    expect(await trouble()).toMatch(/^missing_scope: usergroups:write is not granted/);
  });

  test('is tried again with growing pauses of at most a quarter of an hour', async () => {
    slack.plan = 'free';
    const at: number[] = [];
    for (let minute = 1; minute <= 60; minute += 1) {
      const before = asked('usergroups.list');
      await follow();
      if (asked('usergroups.list') > before) at.push(minute);
    }
    expect(at).toEqual([1, 2, 4, 8, 16, 31, 46]);
  });

  test('an answer that was lost after the change leaves one entry in the trail', async () => {
    slack.fault('usergroups.users.update', { kind: 'drop_answer' });
    await follow();
    expect(group()?.users).toEqual(['U0MAYA']);
    expect(await trouble()).toMatch(/^Slack cannot be reached/);
    await follow(2 * MINUTE);
    expect(await trouble()).toBeNull();
    expect(asked('usergroups.users.update')).toBe(1);
    expect(await trail()).toEqual([entry('maya')]);
  });

  test('Slack’s wish to wait is obeyed', async () => {
    slack.fault('usergroups.list', { kind: 'rate', afterMs: 300_000 });
    await follow();
    expect(await trouble()).toBe('asked too often; Slack says to wait 300 s');
    await follow(4 * MINUTE);
    expect(asked('usergroups.list')).toBe(1);
    await follow(MINUTE);
    expect(group()?.users).toEqual(['U0MAYA']);
  });
});
