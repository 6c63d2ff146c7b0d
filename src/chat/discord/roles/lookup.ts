import { elapsedOf } from '../../../clock.ts';
import type { DiscordConfig } from '../../../config.ts';
import { CoworkError } from '../../../errors.ts';
import type { Ground } from '../../../ground.ts';
import type { Logger } from '../../../log.ts';
import type { RoleLookup } from '../../../people/role-lookup.ts';
import { fieldOf } from '../../connect/payload.ts';
import { RoleNames } from './names.ts';

/**
 * Somebody waits for it: a limit of the usual second is waited for, since it says nothing about their right, and a longer
 * one is told to them. Whoever decides was answered with "thinking" before, so these are no part of the three seconds.
 */
const PATIENCE = { timeout: 4000, retries: 1, longestWaitMs: 1500, wholeMs: 6000, globalRequestsPerSecond: 50 };
/** What was asked longer ago may have been read before a role was taken away, so it is asked anew. */
const SAME_MOMENT_MS = 250;

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
  const underWay = new Map<string, { at: number; roles: Promise<ReadonlySet<string>> }>();
  return {
    nameOf: (role) => names.nameOf(role),
    rolesOf(discordId) {
      const at = elapsedOf(clock);
      const asked = underWay.get(discordId);
      if (asked && at - asked.at < SAME_MOMENT_MS) return asked.roles;
      const mine = {
        at,
        roles: server()
          .then((one) => one.rolesOf(discordId))
          .finally(() => {
            if (underWay.get(discordId) === mine) underWay.delete(discordId);
          }),
      };
      underWay.set(discordId, mine);
      return mine.roles;
    },
  };
}

interface Server {
  rolesOf(discordId: string): Promise<ReadonlySet<string>>;
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
  const guild = config.guildId;
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
    async rolesOf(discordId) {
      const member = await memberNow(discordId);
      if (member === null) return new Set();
      const roles = fieldOf(member, 'roles');
      // The role of everybody has the id of the server, and is never listed.
      return new Set([guild, ...(Array.isArray(roles) ? roles.map(String) : [])]);
    },
  };
}

const untold = (cause: unknown): CoworkError =>
  cause instanceof CoworkError
    ? cause
    : new CoworkError('unavailable', 'Discord did not tell who has the role.', { cause });
