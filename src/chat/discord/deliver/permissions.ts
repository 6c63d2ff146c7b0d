import { fieldOf } from '../../connect/payload.ts';
import type { Discord } from '../discord.ts';

/** What the bot needs where it posts, by the names that Discord's settings show, with the number of the bit. */
const NEEDED = {
  'View Channel': 10,
  'Send Messages': 11,
  'Embed Links': 14,
  'Attach Files': 15,
  'Read Message History': 16,
  'Manage Threads': 34,
  'Create Public Threads': 35,
  'Send Messages in Threads': 38,
} as const;
export type Needed = keyof typeof NEEDED;

/** Without these nothing at all can be posted; the others are missed in what they are for. */
export const TO_POST: readonly Needed[] = ['View Channel', 'Send Messages'];
export const TO_LOOK: readonly Needed[] = ['View Channel', 'Read Message History'];

/** Their bits in one number, as an invite link or a role has them. */
export const bitsFor = (names: readonly Needed[]): bigint =>
  names.reduce((bits, name) => bits | (1n << BigInt(NEEDED[name])), 0n);

export const ADMINISTRATOR = 1n << 3n;
const ALL = ~0n;

interface Overwrite {
  id: string;
  allow: bigint;
  deny: bigint;
}

/** Who somebody is in a server: its id, theirs, their roles, and what each role of the server allows. */
export interface Standing {
  guild: string;
  user: string;
  roles: readonly string[];
  allows: ReadonlyMap<string, bigint>;
}

/**
 * The names of `needed` that the bot lacks in a channel, as Discord computes it: what everybody's role and one's own allow,
 * then what the channel changes for everybody, for the roles, and for oneself.
 */
export function lackingIn(standing: Standing, overwrites: readonly Overwrite[], needed: readonly Needed[]): Needed[] {
  const bits = bitsIn(standing, overwrites);
  return needed.filter((name) => (bits & bitsFor([name])) === 0n);
}

function bitsIn({ guild, user, roles, allows }: Standing, overwrites: readonly Overwrite[]): bigint {
  const base = [guild, ...roles].reduce((bits, role) => bits | (allows.get(role) ?? 0n), 0n);
  if ((base & ADMINISTRATOR) !== 0n) return ALL;
  const changed = (bits: bigint, ids: readonly string[]): bigint => {
    const these = overwrites.filter(({ id }) => ids.includes(id));
    const deny = these.reduce((all, one) => all | one.deny, 0n);
    return (bits & ~deny) | these.reduce((all, one) => all | one.allow, 0n);
  };
  return changed(
    changed(
      changed(base, [guild]),
      roles.filter((role) => role !== guild),
    ),
    [user],
  );
}

/** Who we are in our server now. Fails as the library does. */
export async function ownStanding({ rest, guild }: Pick<Discord, 'rest' | 'guild'>): Promise<Standing> {
  const { id, botUser } = guild();
  const [roles, member] = await Promise.all([
    rest.later.get(`/guilds/${id}/roles`),
    rest.later.get(`/guilds/${id}/members/${botUser}`),
  ]);
  const allows = listOf(roles).map((role) => [textOf(role, 'id'), bitsOf(role, 'permissions')] as const);
  const own = listOf(fieldOf(member, 'roles')).map(String);
  return { guild: id, user: botUser, roles: own, allows: new Map(allows) };
}

/** What a channel as Discord gives it changes of what is allowed. */
export const overwritesOf = (channel: unknown): Overwrite[] =>
  listOf(fieldOf(channel, 'permission_overwrites')).map((one) => ({
    id: textOf(one, 'id'),
    allow: bitsOf(one, 'allow'),
    deny: bitsOf(one, 'deny'),
  }));

/** What the bot lacks of `needed` in a channel now; null where even that cannot be asked. */
export async function lacking(discord: Discord, channel: string, needed: readonly Needed[]): Promise<Needed[] | null> {
  try {
    const standing = await ownStanding(discord);
    // A channel that we may not view is not shown to us, with what it changes.
    const shown = await discord.rest.later.get(`/channels/${channel}`).catch((error: unknown) => {
      if (fieldOfError(error) !== 50001) throw error;
      return null;
    });
    return shown === null ? ['View Channel'] : lackingIn(standing, overwritesOf(shown), needed);
  } catch {
    return null;
  }
}

const fieldOfError = (error: unknown): unknown => (error instanceof Error ? Reflect.get(error, 'code') : undefined);

const listOf = (value: unknown): unknown[] => (Array.isArray(value) ? value : []);

const textOf = (value: unknown, key: string): string => String(fieldOf(value, key) ?? '');

const bitsOf = (value: unknown, key: string): bigint => {
  const text = textOf(value, key);
  return /^\d{1,30}$/.test(text) ? BigInt(text) : 0n;
};

/** Whether what is noted of a place is that, in the words of `lackWords`. */
export const saysLack = (noted: string | null): noted is string => noted?.startsWith(LACKS) ?? false;

const LACKS = 'the bot lacks ';

/** `the bot lacks View Channel and Send Messages there; …`, for whoever can give it. */
export const lackWords = (names: readonly Needed[]): string =>
  `${LACKS}${names.join(' and ')} there; give it that in the channel's settings, under Permissions`;
