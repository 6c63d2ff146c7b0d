import { randomUUID } from 'node:crypto';
import { makeRest } from '#src/chat/discord/connect/rest.ts';
import type { Discord } from '#src/chat/discord/discord.ts';
import type { Ground } from '#src/ground.ts';
import { silentLog } from '#src/log.ts';
import type { DiscordEmulator } from '#test/emulators/discord/emulator.ts';

/** What deliveries need of a connection, on the product's own queues; `idOf` names people as Discord does. */
export function kitOn(
  ground: Ground,
  discord: DiscordEmulator,
  idOf: (key: string) => string | null = () => null,
): Discord {
  const unused = () => Promise.reject(new Error('not asked where messages are only delivered'));
  return {
    platform: 'discord',
    ground,
    world: unused,
    perform: unused,
    after: () => undefined,
    application: discord.application,
    rest: makeRest(discord.config, silentLog),
    guild: () => ({ ...discord.guild, botUser: discord.botUser, locale: 'en-US' }),
    process: randomUUID(),
    draw: async () => ({ here: { now: ground.clock.now(), zone: 'Europe/Berlin' }, console: null, idOf }),
  };
}
