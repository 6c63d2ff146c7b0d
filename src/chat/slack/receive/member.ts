import { type UsersInfoResponse, WebAPIRateLimitedError } from '@slack/web-api';
import { plainError } from '../../connect/plain-error.ts';
import { within } from '../../within.ts';
import { codeOf } from '../deliver/failures.ts';
import type { Slack, SlackTeam } from '../slack.ts';

/** `now`: somebody waits for it; `patient`: nobody does, so it must not use up what those need. */
export type Patience = 'now' | 'patient';

const KEPT_MS: Record<Patience, number> = { now: 10 * 60_000, patient: 60 * 60_000 };
const MOST_KEPT = 10_000;
/** What is left of three seconds has to be enough for everything else. */
const PATIENCE_MS = 1200;

interface Known {
  member: boolean;
  at: number;
}

/** What one process knows of one workspace: who is a full member changes rarely, and to ask each time would hold up every click. */
interface Knowledge {
  people: Map<string, Known>;
  /** Until when Slack wants no more questions of the patient. */
  restUntil: number;
}

const KNOWLEDGE = new WeakMap<Slack, Knowledge>();

function knowledgeOf(slack: Slack): Knowledge {
  const known = KNOWLEDGE.get(slack) ?? { people: new Map(), restUntil: 0 };
  KNOWLEDGE.set(slack, known);
  return known;
}

/**
 * Whether somebody (`U…`) is a full member of this workspace: no guest, no bot, nobody of another one, and not gone. Null
 * where Slack does not tell, which is logged.
 */
export async function isMember(slack: Slack, user: string, patience: Patience): Promise<boolean | null> {
  const knowledge = knowledgeOf(slack);
  const now = slack.ground.clock.now().getTime();
  const found = knowledge.people.get(user);
  if (found && found.at + KEPT_MS[patience] > now) return found.member;
  if (patience === 'patient' && knowledge.restUntil > now) return null;
  try {
    const member = await asked(slack, user, patience);
    keep(knowledge, user, { member, at: now });
    return member;
  } catch (error) {
    if (error instanceof WebAPIRateLimitedError) knowledge.restUntil = now + error.retryAfter * 1000;
    slack.ground.log.warn(
      { user, ...plainError(error) },
      'Slack does not tell who this is, so they may not read for now.',
    );
    return null;
  }
}

/** Those who were asked about the longest ago make room. */
function keep({ people }: Knowledge, user: string, known: Known): void {
  people.delete(user);
  people.set(user, known);
  for (const oldest of people.keys()) {
    if (people.size <= MOST_KEPT) break;
    people.delete(oldest);
  }
}

async function asked({ clients, ground, team }: Slack, user: string, patience: Patience): Promise<boolean> {
  const question = (patience === 'patient' ? clients.later : clients.now).users.info({ user });
  try {
    const told = patience === 'patient' ? await question : await within(ground.clock, PATIENCE_MS, question);
    if (told === 'late') throw new Error('users.info took too long');
    return isFullMember(told.user, team());
  } catch (error) {
    // Whom Slack does not know is nobody here.
    if (codeOf(error) === 'user_not_found') return false;
    throw error;
  }
}

function isFullMember(user: UsersInfoResponse['user'], team: SlackTeam): boolean {
  if (!user || user.id === 'USLACKBOT' || user.is_stranger === true || !belongs(user, team)) return false;
  const { deleted, is_bot, is_restricted, is_ultra_restricted } = user;
  return !deleted && !is_bot && !is_restricted && !is_ultra_restricted;
}

type User = NonNullable<UsersInfoResponse['user']>;

/** Of an organisation only those of our workspace, unless the app was installed for all of it. */
function belongs({ team_id, enterprise_id, enterprise_user }: User, { id, enterprise, orgWide }: SlackTeam): boolean {
  if (enterprise === null) return team_id === undefined || team_id === id;
  if (orgWide) return (enterprise_user?.enterprise_id ?? enterprise_id) === enterprise;
  return enterprise_user?.teams ? enterprise_user.teams.includes(id) : team_id === id;
}
