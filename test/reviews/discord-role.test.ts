import { expect, test } from 'vitest';
import { CoworkError } from '#src/errors.ts';
import { Stage, teamOf, workflowOf } from './stage.ts';

const ROLE = '1100000000000000009';
const OTHER = '1100000000000000010';

const DISCORD = { maya: '80351110224678912', jon: '80351110224678913', ana: '53908232506183680' };

/** A team whose people are known on Discord, but for those named. */
const linked = (...without: string[]) => {
  const team = teamOf();
  for (const [key, discord] of Object.entries(DISCORD)) {
    const person = team.people[key];
    if (person && !without.includes(key)) person.discord = discord;
  }
  return team;
};

const withRole = (role: string, over: Record<string, unknown> = {}) =>
  workflowOf({ review: { approvers: ['leads'], discord_role: role, brief: ['Revenue equals the ledger'] }, ...over });

const brief = (role: string | null, over: Record<string, unknown> = {}) =>
  role === null ? workflowOf(over) : withRole(role, over);

/** Holders by role as Discord would tell; `away` where it does not. */
class Roles {
  readonly asked: string[] = [];
  away = false;
  readonly #holders: Record<string, string[]>;
  constructor(holders: Record<string, string[]>) {
    this.#holders = holders;
  }
  async rolesOf(discordId: string): Promise<ReadonlySet<string>> {
    this.asked.push(discordId);
    if (this.away) throw new CoworkError('unavailable', 'Discord did not answer');
    return new Set(Object.keys(this.#holders).filter((role) => this.#holders[role]?.includes(discordId)));
  }
  nameOf = async (role: string) => (role === ROLE && !this.away ? 'Finance' : null);
  take(role: string, discordId: string) {
    this.#holders[role] = (this.#holders[role] ?? []).filter((one) => one !== discordId);
  }
}

async function refusal(act: Promise<unknown>): Promise<string> {
  const error = await act.then(
    () => expect.unreachable('it was not refused'),
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof CoworkError)) throw error;
  return `${error.code}: ${error.message}`;
}

test('who holds the role decides, by any door; who does not may say nothing at all', async () => {
  await using stage = await Stage.open({ team: linked(), workflow: brief(ROLE) });
  const roles = new Roles({ [ROLE]: [DISCORD.ana] });
  stage.ground.roles = roles;
  const { id } = await stage.item();
  for (const verdict of ['approve', 'reject', 'ask'] as const) {
    expect(await refusal(stage.say(id, 'jon', verdict))).toBe(
      `refused: R-${id} may be decided only by people with the Discord role "Finance", and you do not have it. Ask an admin of the Discord server for it. Nothing was decided.`,
    );
  }
  expect((await stage.review(id)).state).toBe('open');
  expect(await stage.say(id, 'ana')).toMatchObject({ state: 'approved', approvals: ['ana'] });
  // Each decision asks anew.
  expect(roles.asked).toEqual([...Array(3).fill(DISCORD.jon), DISCORD.ana]);
});

test('the role widens nothing: who is no approver is refused before Discord is asked', async () => {
  await using stage = await Stage.open({ team: linked(), workflow: brief(ROLE) });
  const roles = new Roles({ [ROLE]: Object.values(DISCORD) });
  stage.ground.roles = roles;
  const { id } = await stage.item();
  expect(await refusal(stage.say(id, 'vic'))).toContain('You may not approve brief');
  expect(roles.asked).toEqual([]);
});

test('whom nobody can ask about is refused: not linked, Discord not set up, Discord away', async () => {
  await using stage = await Stage.open({ team: linked('jon'), workflow: brief(ROLE) });
  const { id } = await stage.item();
  expect(await refusal(stage.say(id, 'ana'))).toMatch(/^unavailable: .* Discord is not set up here/);
  const roles = new Roles({ [ROLE]: Object.values(DISCORD) });
  stage.ground.roles = roles;
  expect(await refusal(stage.say(id, 'jon'))).toMatch(/^refused: .* does not say who Jon is on Discord/);
  roles.away = true;
  expect(await refusal(stage.say(id, 'ana'))).toMatch(/^unavailable: .* does not tell just now .* Try again/);
  expect(await stage.review(id)).toMatchObject({ state: 'open', approved_by: [] });
  roles.away = false;
  expect(await stage.say(id, 'ana')).toMatchObject({ state: 'approved' });
});

test('an earlier approval of somebody who has lost the role does not count', async () => {
  await using stage = await Stage.open({ team: linked(), workflow: brief(ROLE, { tier: 'T3' }) });
  const roles = new Roles({ [ROLE]: Object.values(DISCORD) });
  stage.ground.roles = roles;
  const { id } = await stage.item();
  expect(await stage.say(id, 'ana')).toMatchObject({ state: 'open', approvals: ['ana'] });
  roles.take(ROLE, DISCORD.ana);
  expect(await stage.say(id, 'jon')).toMatchObject({ state: 'open', approvals: ['jon'] });
  expect(await stage.say(id, 'maya')).toMatchObject({ state: 'approved', approvals: ['jon', 'maya'] });
});

test('a role that today’s definition adds is wanted as well as the one of the item', async () => {
  await using stage = await Stage.open({ team: linked(), workflow: brief(ROLE) });
  const { id } = await stage.item();
  const roles = new Roles({ [ROLE]: Object.values(DISCORD), [OTHER]: [DISCORD.maya] });
  stage.ground.roles = roles;
  await stage.activate(linked(), brief(OTHER));
  expect(await refusal(stage.say(id, 'ana'))).toContain(`the Discord role ${OTHER}`);
  await stage.activate(linked(), brief(null));
  roles.take(ROLE, DISCORD.ana);
  expect(await refusal(stage.say(id, 'ana'))).toContain('the Discord role "Finance"');
  await stage.activate(linked(), brief(OTHER));
  expect(await stage.say(id, 'maya')).toMatchObject({ state: 'approved' });
});

test('one question for each person and decision, however many roles and earlier approvals there are', async () => {
  const t3 = { tier: 'T3' };
  await using stage = await Stage.open({ team: linked(), workflow: brief(ROLE, t3) });
  const { id } = await stage.item();
  await stage.activate(linked(), brief(OTHER, t3));
  const roles = new Roles({ [ROLE]: Object.values(DISCORD), [OTHER]: [DISCORD.ana, DISCORD.jon] });
  stage.ground.roles = roles;
  expect(await stage.say(id, 'ana')).toMatchObject({ state: 'open', approvals: ['ana'] });
  expect(roles.asked.splice(0)).toEqual([DISCORD.ana]);
  // Two lacked at once are named at once.
  roles.take(ROLE, DISCORD.maya);
  expect(await refusal(stage.say(id, 'maya'))).toBe(
    `refused: R-${id} may be decided only by people with the Discord roles "Finance" and ${OTHER}, and you do not have them. Ask an admin of the Discord server for them. Nothing was decided.`,
  );
  expect(roles.asked.splice(0)).toEqual([DISCORD.maya]);
  roles.away = true;
  expect(await refusal(stage.say(id, 'jon'))).toContain(`the Discord roles ${ROLE} and ${OTHER}, and Discord does not`);
  expect(roles.asked.splice(0)).toEqual([DISCORD.jon]);
  roles.away = false;
  expect(await stage.say(id, 'jon')).toMatchObject({ state: 'approved', approvals: ['ana', 'jon'] });
  expect(roles.asked).toEqual([DISCORD.jon, DISCORD.ana]);
});
