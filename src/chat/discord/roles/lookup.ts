import type { DiscordConfig } from '../../../config.ts';
import { CoworkError } from '../../../errors.ts';
import type { Ground } from '../../../ground.ts';
import type { Logger } from '../../../log.ts';
import type { RoleLookup } from '../../../people/role-lookup.ts';
import { fieldOf } from '../../connect/payload.ts';
import { RoleNames } from './names.ts';

/** Somebody waits for it, so an answer that comes later is of no use to them; a limit is told to them instead. */
const PATIENCE = { timeout: 4000, retries: 1, longestWaitMs: 0, wholeMs: 6000, globalRequestsPerSecond: 50 };

/**
 * Asks Discord's REST interface, so that it works in any process, the command line's as well. The library is loaded with
 * the first question, since few workflows ask for a role.
 */
export function roleLookup(config: DiscordConfig, { clock, log }: Pick<Ground, 'clock' | 'log'>): RoleLookup {
  let asked: Promise<Server> | null = null;
  const server = () => {
    // What failed once is asked anew.
    asked ??= openServer(config, log).catch((error) => {
      asked = null;
      throw untold(error);
    });
    return asked;
  };
  const names = new RoleNames(clock, async () => (await server()).roles());
  return {
    holds: async (discordId, role) => (await server()).holds(discordId, role),
    nameOf: (role) => names.nameOf(role),
  };
}

interface Server {
  holds(discordId: string, role: string): Promise<boolean>;
  roles(): Promise<unknown>;
}

/** Unknown member, unknown user. */
const NOBODY = [10007, 10013];

async function openServer(config: DiscordConfig, log: Logger): Promise<Server> {
  const [{ Routes, DiscordAPIError }, { makeQueue }] = await Promise.all([
    import('discord.js'),
    import('../connect/rest.ts'),
  ]);
  const rest = makeQueue(config, log, PATIENCE);
  const guild = config.guildId ?? onlyGuild(await rest.get(Routes.userGuilds()));
  const memberNow = async (discordId: string): Promise<unknown> => {
    try {
      return await rest.get(Routes.guildMember(guild, discordId));
    } catch (error) {
      if (error instanceof DiscordAPIError && NOBODY.includes(Number(error.code))) return null;
      throw untold(error);
    }
  };
  return {
    roles: () => rest.get(Routes.guildRoles(guild)),
    async holds(discordId, role) {
      const member = await memberNow(discordId);
      const roles = fieldOf(member, 'roles');
      // The role of everybody has the id of the server, and is never listed.
      return member !== null && (role === guild || (Array.isArray(roles) && roles.includes(role)));
    },
  };
}

function onlyGuild(guilds: unknown): string {
  const ids = Array.isArray(guilds) ? guilds.map((guild) => fieldOf(guild, 'id')) : [];
  const [id] = ids;
  if (ids.length === 1 && typeof id === 'string') return id;
  throw new Error('the bot is in several servers or in none, and DISCORD_GUILD_ID does not say which is meant');
}

const untold = (cause: unknown): CoworkError =>
  cause instanceof CoworkError
    ? cause
    : new CoworkError('unavailable', 'Discord did not tell who has the role.', { cause });
