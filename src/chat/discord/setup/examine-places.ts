import { type REST, Routes } from 'discord.js';
import type { Team } from '../../../people/team.ts';
import type { Finding } from '../../connect/finding.ts';
import { fieldOf } from '../../connect/payload.ts';
import { codeOf } from '../connect/why-not.ts';
import { lackingIn, overwritesOf, type Standing } from '../deliver/permissions.ts';
import type { Guild } from './examine-guild.ts';
import { textIn } from './examine-token.ts';
import { discordTrouble, isSilent } from './explain.ts';
import { amiss, well } from './finding.ts';
import { NAMES, PERMISSIONS } from './permissions.ts';

const PREFIX = 'discord:';

/** Discord's channels of the home, each with the names it goes by there. */
export function discordPlaces(team: Pick<Team, 'channels' | 'alerts'>): Map<string, string[]> {
  const named = [
    ...Object.entries(team.channels).map(([name, places]) => ({ name: `#${name}`, places })),
    { name: 'alerts.fallback', places: team.alerts.fallback },
  ];
  const found = new Map<string, string[]>();
  for (const { name, places } of named)
    for (const place of places.filter((one) => one.startsWith(PREFIX))) {
      const id = place.slice(PREFIX.length);
      found.set(id, [...new Set([...(found.get(id) ?? []), name])]);
    }
  return found;
}

/** Each place of the home in Discord: is it there, is it of a kind to post in, and may the bot do there what it is to do. */
export async function examinePlaces(
  rest: REST,
  team: Pick<Team, 'channels' | 'alerts'>,
  { guild, standing }: { guild: Guild; standing: Standing },
): Promise<Finding[]> {
  const places = discordPlaces(team);
  if (places.size === 0) {
    const says = 'cowork.yaml names none, so nothing is posted in Discord. Add discord:… to a channel there.';
    return [well('places', says)];
  }
  const [bad, fine]: [Finding[], string[]] = [[], []];
  for (const [id, names] of places) {
    const label = `${names.join(', ')} (discord:${id})`;
    const { says, ok, silent } = await examineOne(rest, id, { guild, standing });
    if (ok) fine.push(`${label} is ${says}`);
    else bad.push(amiss('place', `${label}: ${says}`));
    // Whoever does not answer for one does not answer for the next; each would take its time.
    if (silent) break;
  }
  return [...(fine.length > 0 ? [well('places', fine.join('\n'))] : []), ...bad];
}

interface Judged {
  ok: boolean;
  says: string;
  /** Discord did not answer at all. */
  silent?: boolean;
}

const SEE =
  'Let it in: the settings of the channel, Permissions, add the role or member of the bot, allow View Channel.';

async function examineOne(
  rest: REST,
  id: string,
  { guild, standing }: { guild: Guild; standing: Standing },
): Promise<Judged> {
  try {
    return judged(await rest.get(Routes.channel(id)), guild, standing);
  } catch (error) {
    const code = codeOf(error);
    if (code === 10003) {
      const says = `there is no such channel in ${guild.name}. Correct the id (Developer Mode on, right-click the channel, Copy Channel ID).`;
      return { ok: false, says };
    }
    if (code === 50001)
      return { ok: false, says: `the bot cannot see this channel, or it is of another server. ${SEE}` };
    return { ok: false, says: `${discordTrouble(error)}.`, silent: isSilent(error) };
  }
}

/** Kinds of channels that take no messages, or not such that a thread can hang below each. */
const KINDS: Readonly<Record<number, string>> = {
  1: 'a direct conversation',
  2: 'a voice channel',
  3: 'a direct conversation',
  4: 'a category',
  10: 'a thread',
  11: 'a thread',
  12: 'a thread',
  13: 'a stage',
  14: 'a directory',
  15: 'a forum, which takes posts alone',
  16: 'a media channel, which takes posts alone',
};
const TEXT = [0, 5];

function judged(channel: unknown, guild: Guild, standing: Standing): Judged {
  const type = Number(fieldOf(channel, 'type'));
  if (!TEXT.includes(type)) {
    return { ok: false, says: `this is ${KINDS[type] ?? 'no text channel'}. Name a text channel in cowork.yaml.` };
  }
  if (textIn(channel, 'guild_id') !== guild.id) {
    return { ok: false, says: `this channel is not in ${guild.name}. Name one of that server in cowork.yaml.` };
  }
  const name = `#${textIn(channel, 'name') ?? 'a channel'}`;
  const lacks = lackingIn(standing, overwritesOf(channel), NAMES);
  const missing = PERMISSIONS.filter((permission) => lacks.includes(permission.name));
  if (missing.length === 0) return { ok: true, says: name };
  const lines = missing.map(
    ({ name, without, required }) => `${name} is missing: ${without}${required ? '' : ' (optional)'}`,
  );
  if (missing.every(({ required }) => !required)) return { ok: true, says: [name, ...lines].join('\n  ') };
  const todo = `Allow it to the bot in the settings of ${name}, Permissions, or open the invite link again.`;
  return { ok: false, says: [name, ...lines, todo].join('\n  ') };
}
