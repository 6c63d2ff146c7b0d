import { fieldOf, isPayload, type Payload } from '../../connect/payload.ts';
import { plainError } from '../../connect/plain-error.ts';
import { Standings } from '../../connect/standings.ts';
import type { Outsider } from '../../receive/outsider.ts';
import { within } from '../../within.ts';
import { codeOf } from '../deliver/failures.ts';
import type { Discord } from '../discord.ts';

/** What is left of three seconds has to be enough for everything else. */
const PATIENCE_MS = 1200;
/** Unknown member, unknown user: nobody here. */
const NOBODY = [10007, 10013];

const KEPT_MS = 10 * 60_000;
/** What Discord tells of somebody. */
export type Standing = 'member' | Extract<Outsider, 'bot' | 'pending' | 'stranger'>;

/** What was told of people who clicked outside of the server. */
const TOLD = new WeakMap<Discord, Standings<Standing>>();

function toldTo(discord: Discord): Standings<Standing> {
  const known = TOLD.get(discord) ?? new Standings<Standing>(discord.ground.clock);
  TOLD.set(discord, known);
  return known;
}

/** What an interaction within a server says of whoever did it; null for one of a direct message, which says nothing. */
export function standingSaid(discord: Discord, { guild_id, member }: Payload, user: string): Standing | null {
  if (guild_id === undefined || guild_id === null) return null;
  return guild_id === discord.guild().id ? standingIn(member, user) : 'stranger';
}

/**
 * What whoever did something is in our server: a member, or a bot, somebody of no or another server, or not past its rules
 * screen. Within the server the interaction says so; in a direct message Discord is asked, and what it tells is kept for ten
 * minutes. Null where it does not tell, which is logged.
 */
export async function standingOf(discord: Discord, body: Payload, user: string): Promise<Standing | null> {
  const said = standingSaid(discord, body, user);
  return said ?? toldTo(discord).of(user, KEPT_MS, () => asked(discord, user));
}

/** The same for somebody of `cowork.yaml`: while Discord does not tell, what it told last counts, else they are a member. */
export async function listedStanding(discord: Discord, body: Payload, user: string): Promise<Standing> {
  const said = standingSaid(discord, body, user);
  return said ?? toldTo(discord).ofListed(user, KEPT_MS, () => asked(discord, user), 'member');
}

async function asked(discord: Discord, user: string): Promise<Standing | null> {
  try {
    const question = discord.rest.now.get(`/guilds/${discord.guild().id}/members/${user}`);
    const member = await within(discord.ground.clock, PATIENCE_MS, question);
    if (member === 'late') throw new Error('Discord took too long');
    return standingIn(member, user);
  } catch (error) {
    if (NOBODY.includes(codeOf(error) ?? 0)) return 'stranger';
    discord.ground.log.warn({ user, ...plainError(error) }, 'Discord does not tell who this is.');
    return null;
  }
}

function standingIn(member: unknown, user: string): Standing {
  if (!isPayload(member) || fieldOf(member.user, 'id') !== user) return 'stranger';
  if (fieldOf(member.user, 'bot') === true) return 'bot';
  return member.pending === true ? 'pending' : 'member';
}
