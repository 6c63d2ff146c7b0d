import { fieldOf, isPayload, type Payload } from '../../connect/payload.ts';
import { plainError } from '../../connect/plain-error.ts';
import { within } from '../../within.ts';
import { codeOf } from '../deliver/failures.ts';
import type { Discord } from '../discord.ts';

/** What is left of three seconds has to be enough for everything else. */
const PATIENCE_MS = 1200;
/** Unknown member, unknown user: nobody here. */
const NOBODY = [10007, 10013];

/**
 * Whether whoever did something is a member of our server: no bot, nobody of another server, and past its rules screen.
 * Within the server the interaction says so; in a direct message Discord is asked. Null where it does not tell, which is
 * logged.
 */
export async function isMember(discord: Discord, body: Payload, user: string): Promise<boolean | null> {
  if (body.guild_id !== undefined && body.guild_id !== null) {
    return body.guild_id === discord.guild().id && isFullMember(body.member, user);
  }
  try {
    const asked = discord.rest.now.get(`/guilds/${discord.guild().id}/members/${user}`);
    const member = await within(discord.ground.clock, PATIENCE_MS, asked);
    if (member === 'late') throw new Error('Discord took too long');
    return isFullMember(member, user);
  } catch (error) {
    if (NOBODY.includes(codeOf(error) ?? 0)) return false;
    discord.ground.log.warn(
      { user, ...plainError(error) },
      'Discord does not tell who this is, so they may not read for now.',
    );
    return null;
  }
}

const isFullMember = (member: unknown, user: string): boolean =>
  isPayload(member) &&
  member.pending !== true &&
  fieldOf(member.user, 'id') === user &&
  fieldOf(member.user, 'bot') !== true;
