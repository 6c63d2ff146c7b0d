import { type REST, Routes } from 'discord.js';
import type { Clock } from '../../../clock.ts';
import type { DiscordConfig } from '../../../config.ts';
import type { Logger } from '../../../log.ts';
import type { Team } from '../../../people/team.ts';
import type { Finding } from '../../connect/finding.ts';
import { makeRest } from '../connect/rest.ts';
import { ADMINISTRATOR, ownStanding, type Standing } from '../deliver/permissions.ts';
import type { DiscordRest } from '../discord.ts';
import { examineCommands } from './examine-commands.ts';
import { examineGateway, examineHttp } from './examine-door.ts';
import { examineGuild, type Guild } from './examine-guild.ts';
import { examinePeople } from './examine-people.ts';
import { examinePlaces } from './examine-places.ts';
import { type AskedRole, examineRoles } from './examine-roles.ts';
import { type Application, examineToken } from './examine-token.ts';
import { discordTrouble } from './explain.ts';
import { amiss, well } from './finding.ts';
import { inviteLink } from './permissions.ts';

/** What of a home is about Discord. */
export interface DiscordHome {
  team: Team;
  /** Each `review.discord_role`. */
  roles: readonly AskedRole[];
}

export interface DiscordExamination {
  config: DiscordConfig;
  publicUrl: string | null;
  /** Null where the home cannot be used: then nothing is asked about its ids. */
  home: DiscordHome | null;
  clock: Clock;
  log: Logger;
  fetch?: typeof fetch;
}

/** Tries with Discord everything that the product will need of it; changes nothing there, and never shows a token. */
export async function examineDiscord(asked: DiscordExamination): Promise<Finding[]> {
  const { config, log, clock } = asked;
  const rest = makeRest(config, log);
  const heard = listening(rest.later, clock);
  const { finding, application } = await examineToken(rest.later, config);
  const invite = well('invite', inviteLink(config));
  if (application === null) return [finding, invite];
  const { finding: server, guild } = await examineGuild(rest.later, config);
  return [
    finding,
    invite,
    server,
    ...(await examineDoor(rest.later, application, asked)),
    ...examineClock(heard.skewMs, config.publicKey !== null),
    ...(guild ? [await examineCommands(rest.later, config)] : []),
    ...(guild && asked.home ? await examineHome(rest, asked.home, { guild, application }) : []),
  ];
}

const examineDoor = (rest: REST, application: Application, { config, publicUrl, fetch }: DiscordExamination) =>
  config.publicKey === null
    ? examineGateway(rest, application)
    : examineHttp({ config, publicUrl, application, ...(fetch ? { fetch } : {}) });

async function examineHome(
  rest: DiscordRest,
  { team, roles }: DiscordHome,
  { guild, application }: { guild: Guild; application: Application },
): Promise<Finding[]> {
  try {
    const named = { ...guild, botUser: application.botUser, locale: 'en-US' };
    const standing = await ownStanding({ rest, guild: () => named });
    const known = roles.length === 0 ? [] : await rest.later.get(Routes.guildRoles(guild.id));
    return [
      ...examineRights(standing),
      ...(await examinePlaces(rest.later, team, { guild, standing })),
      ...(await examinePeople(rest.later, team, guild)),
      ...examineRoles(roles, Array.isArray(known) ? known : [], guild),
    ];
  } catch (error) {
    return [amiss('server', `${guild.name} does not tell who the bot is there: ${discordTrouble(error)}.`)];
  }
}

/** Not wrong, and more than it should have. */
function examineRights({ guild, roles, allows }: Standing): Finding[] {
  const bits = [guild, ...roles].reduce((all, role) => all | (allows.get(role) ?? 0n), 0n);
  if ((bits & ADMINISTRATOR) === 0n) return [];
  const says =
    'a role of the bot has Administrator, which is far more than it needs. Take it away: Server Settings, Roles';
  return [well('rights', says)];
}

/** Discord itself takes requests of any age; ours over HTTP are turned away from five minutes on. */
const MOST_SKEW_MS = 60_000;

function examineClock(skewMs: number | null, http: boolean): Finding[] {
  if (skewMs === null) return [];
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) <= MOST_SKEW_MS)
    return [well('clock', `agrees with Discord’s within ${Math.max(1, seconds)} s`)];
  const way = skewMs > 0 ? 'ahead of' : 'behind';
  const harm = http ? ' From five minutes on each of Discord’s requests is turned away.' : '';
  return [amiss('clock', `this host’s clock is ${seconds} s ${way} Discord’s. Set it by NTP.${harm}`)];
}

/** Notes by each answer how far this host's clock is ahead of Discord's, in milliseconds; the header has whole seconds. */
function listening(rest: REST, clock: Clock): { skewMs: number | null } {
  const heard = { skewMs: null as number | null };
  rest.on('response', (_, response) => {
    const told = Date.parse(response.headers.get('date') ?? '');
    if (!Number.isNaN(told)) heard.skewMs = clock.now().getTime() - told;
  });
  return heard;
}
