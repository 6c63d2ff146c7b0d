import { CoworkError, refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { sentenceList, shortName } from '../people/names.ts';
import { personByName } from '../people/resolve.ts';
import { type RoleLookup, roleWords } from '../people/role-lookup.ts';
import type { Verdict } from '../store/schema.ts';
import type { Workflow } from '../workflows/home.ts';
import { reviewName } from './review-id.ts';
import { type Asked, rightsOf } from './rights.ts';

/** Discord roles that whoever decides must hold besides: of the definition as opened, and of today's. */
export function requiredRoles({
  pinned,
  today,
  review,
}: Pick<Asked, 'today'> & { pinned: Workflow | undefined; review: { workflow: string } }): string[] {
  const now = Object.hasOwn(today.workflows, review.workflow) ? today.workflows[review.workflow] : undefined;
  const named = [pinned?.spec.review.discord_role, now?.spec.review.discord_role];
  return [...new Set(named.filter((role) => role !== undefined))];
}

/**
 * Narrows who may decide to those who hold the workflow's Discord role at this moment, whatever door they come through;
 * it gives nobody a right. Returns the same question without the earlier approvals of people who have lost the role since.
 * @throws CoworkError `refused` for who does not hold it; `unavailable` where Discord does not tell, since a right that
 * nobody can see is none.
 */
export async function narrowedByRoles(
  ground: Pick<Ground, 'roles'>,
  asked: Asked,
  person: string,
  verdict: Verdict,
): Promise<Asked> {
  const roles = requiredRoles(asked);
  if (roles.length === 0) return asked;
  const { review } = asked;
  const why = await whyLacking(ground, asked, person, roles);
  if (why !== null) throw refused(`${why} Nothing was decided.`);
  if (verdict !== 'approve') return asked;
  const earlier = rightsOf(asked).counted.filter((one) => one !== person);
  const lacking = await Promise.all(earlier.map(async (one) => (await whyLacking(ground, asked, one, roles)) !== null));
  const lost = earlier.filter((_, index) => lacking[index]);
  return { ...asked, review: { ...review, barred: [...review.barred, ...lost] } };
}

/**
 * What `narrowedByRoles` would tell this person, for who is about to ask for their reasons: null where nothing speaks
 * against it, so far as Discord tells. Nothing is permitted by it.
 */
export async function missingRole(ground: Pick<Ground, 'roles'>, asked: Asked, person: string): Promise<string | null> {
  const roles = requiredRoles(asked);
  if (roles.length === 0) return null;
  try {
    const why = await whyLacking(ground, asked, person, roles);
    return why && `${why} Nothing was decided.`;
  } catch (error) {
    if (error instanceof CoworkError && error.code === 'unavailable') return null;
    throw error;
  }
}

/** Why this person does not hold all of them, for that person; null where they do. */
async function whyLacking(
  { roles }: Pick<Ground, 'roles'>,
  { review, today }: Asked,
  person: string,
  wanted: readonly string[],
): Promise<string | null> {
  const name = reviewName(review.id);
  const discord = personByName(today.team, person)?.discord;
  if (!discord) {
    return `${name} may be decided only by people with a certain Discord role, and cowork.yaml does not say who ${shortName(today.team, person)} is on Discord. Ask whoever looks after cowork.yaml to add it.`;
  }
  if (!roles) {
    throw new CoworkError(
      'unavailable',
      `${name} may be decided only by people with a certain Discord role, and Discord is not set up here, so nobody can tell who has it. Nothing was decided. Ask whoever runs the product.`,
    );
  }
  const lacked = await lackedBy(roles, discord, wanted, name);
  if (lacked.length === 0) return null;
  return `${name} may be decided only by people with ${await named(roles, lacked)}, and you do not have ${them(lacked)}. Ask an admin of the Discord server for ${them(lacked)}.`;
}

/** Which of these roles somebody does not hold: one question, however many are wanted. */
async function lackedBy(
  roles: RoleLookup,
  discord: string,
  wanted: readonly string[],
  name: string,
): Promise<readonly string[]> {
  try {
    const held = await roles.rolesOf(discord);
    return wanted.filter((role) => !held.has(role));
  } catch (error) {
    if (!(error instanceof CoworkError) || error.code !== 'unavailable') throw error;
    throw new CoworkError(
      'unavailable',
      `${name} may be decided only by people with ${await named(roles, wanted)}, and Discord does not tell just now who has ${them(wanted)}. Nothing was decided. Try again in a minute.`,
      { cause: error },
    );
  }
}

const them = ({ length }: readonly string[]) => (length === 1 ? 'it' : 'them');

/** `the Discord role "Finance"`, `the Discord roles "Finance" and "Board"`. */
async function named(lookup: RoleLookup, roles: readonly string[]): Promise<string> {
  const words = await Promise.all(roles.map((role) => roleWords(lookup, role)));
  return `the Discord ${words.length === 1 ? 'role' : 'roles'} ${sentenceList(words)}`;
}
