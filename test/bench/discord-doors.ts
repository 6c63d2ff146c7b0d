import { Client, GatewayIntentBits } from 'discord.js';
import { openDiscord } from '#src/chat/discord/open.ts';
import type { Opened } from '#src/main/open.ts';
import { chatOptions, worldOf } from '#src/main/wiring.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import { registerProcess } from '#src/store/processes.ts';
import { APPS, GUILD } from './discord-words.ts';
import type { Place } from './place.ts';

const HERE = { host: '127.0.0.1', port: 0, publicUrl: null };
const LOOK_MS = 20;

/** The product's own way in by the gateway, and everything behind it; nobody delivers. Resolves when Discord has let it in. */
export async function openProductGateway(place: Place, opened: Opened, discordUrl: string): Promise<void> {
  const { db, clock, log } = opened.ground;
  const row = await registerProcess({ db, clock, log, roles: ['web', 'worker', 'clock'], version: 'bench' });
  place.owns(() => row.leave());
  // As in the one process that people start, which works the jobs as well.
  const world = worldOf(opened, { works: true, fence: await probeFence(), homeProblems: () => [] });
  const { application, token } = APPS.product;
  const config = {
    ...{ botToken: token, applicationId: application, guildId: GUILD.id, publicKey: null },
    apiUrl: `${discordUrl}/api`,
  };
  const discord = openDiscord({ ...chatOptions(opened, HERE, { process: row.id, world }), config });
  discord.start();
  place.owns(() => discord.stop({ graceMs: 5000 }));
  while (discord.state().gateway !== 'open') await clock.wait(LOOK_MS);
}

/** The library as its own guide starts it, with a handler that only acknowledges: the least that any product of it costs. */
export async function openBareGateway(place: Place, discordUrl: string): Promise<void> {
  const client = new Client({
    intents: [GatewayIntentBits.Guilds],
    // The guide's client would be held back at fifty calls a second, which Discord does not count here.
    rest: { api: `${discordUrl}/api`, globalRequestsPerSecond: Number.POSITIVE_INFINITY },
  });
  client.on('interactionCreate', (interaction) => void (interaction.isButton() && interaction.deferUpdate()));
  place.owns(() => client.destroy());
  const ready = new Promise<void>((resolve) => client.once('shardReady', () => resolve()));
  await client.login(APPS.bare.token);
  await ready;
}
