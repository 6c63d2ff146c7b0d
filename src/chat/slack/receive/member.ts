import { type UsersInfoResponse, WebAPIRateLimitedError } from '@slack/web-api';
import { plainError } from '../../connect/plain-error.ts';
import { Standings } from '../../connect/standings.ts';
import type { Outsider } from '../../receive/outsider.ts';
import { within } from '../../within.ts';
import { codeOf } from '../deliver/failures.ts';
import type { Slack, SlackTeam } from '../slack.ts';

/** `now`: somebody waits for it; `patient`: nobody does, so it must not use up what those need. */
export type Patience = 'now' | 'patient';

/** What Slack tells of somebody. */
export type Standing = 'member' | Exclude<Outsider, 'pending'>;

const KEPT_MS: Record<Patience, number> = { now: 10 * 60_000, patient: 60 * 60_000 };
/** What is left of three seconds has to be enough for everything else. */
const PATIENCE_MS = 1200;

/** What one process knows of one workspace. */
interface Knowledge {
  people: Standings<Standing>;
  /** Until when Slack wants no more questions of the patient. */
  restUntil: number;
}

const KNOWLEDGE = new WeakMap<Slack, Knowledge>();

function knowledgeOf(slack: Slack): Knowledge {
  const known = KNOWLEDGE.get(slack) ?? { people: new Standings<Standing>(slack.ground.clock), restUntil: 0 };
  KNOWLEDGE.set(slack, known);
  return known;
}

/** What somebody (`U…`) is in this workspace, kept for ten minutes. Null where Slack does not tell, which is logged. */
export const standingOf = (slack: Slack, user: string, patience: Patience): Promise<Standing | null> =>
  knowledgeOf(slack).people.of(user, KEPT_MS[patience], () => told(slack, user, patience));

/** The same for somebody of `cowork.yaml`: while Slack does not tell, what it told last counts, else they are a member. */
export const listedStanding = (slack: Slack, user: string, patience: Patience): Promise<Standing> =>
  knowledgeOf(slack).people.ofListed(user, KEPT_MS[patience], () => told(slack, user, patience), 'member');

async function told(slack: Slack, user: string, patience: Patience): Promise<Standing | null> {
  const knowledge = knowledgeOf(slack);
  const now = slack.ground.clock.now().getTime();
  if (patience === 'patient' && knowledge.restUntil > now) return null;
  try {
    return await asked(slack, user, patience);
  } catch (error) {
    if (error instanceof WebAPIRateLimitedError) knowledge.restUntil = now + error.retryAfter * 1000;
    slack.ground.log.warn({ user, ...plainError(error) }, 'Slack does not tell who this is.');
    return null;
  }
}

async function asked({ clients, ground, team }: Slack, user: string, patience: Patience): Promise<Standing> {
  const question = (patience === 'patient' ? clients.later : clients.now).users.info({ user });
  try {
    const told = patience === 'patient' ? await question : await within(ground.clock, PATIENCE_MS, question);
    if (told === 'late') throw new Error('users.info took too long');
    if (!told.user) throw new Error('users.info told of nobody');
    return standingIn(told.user, team());
  } catch (error) {
    // Whom Slack does not know here, or does not show to us, is none of this workspace.
    if (['user_not_found', 'user_not_visible'].includes(codeOf(error) ?? '')) return 'stranger';
    throw error;
  }
}

function standingIn(user: User, team: SlackTeam): Standing {
  if (user.deleted) return 'gone';
  if (user.is_bot || user.id === 'USLACKBOT') return 'bot';
  if (user.is_stranger === true || !belongs(user, team)) return 'stranger';
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : 'member';
}

type User = NonNullable<UsersInfoResponse['user']>;

/** Of an organisation only those of our workspace, unless the app was installed for all of it. */
function belongs({ team_id, enterprise_id, enterprise_user }: User, { id, enterprise, orgWide }: SlackTeam): boolean {
  if (enterprise === null) return team_id === undefined || team_id === id;
  if (orgWide) return (enterprise_user?.enterprise_id ?? enterprise_id) === enterprise;
  return enterprise_user?.teams ? enterprise_user.teams.includes(id) : team_id === id;
}
