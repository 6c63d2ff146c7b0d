import { directOf, forgetDirect } from '../../connect/direct.ts';
import { fieldOf } from '../../connect/payload.ts';
import type { DiscordMessage } from '../components.ts';
import { codeOf } from '../deliver/failures.ts';
import type { Discord } from '../discord.ts';
import { among, type Upload } from './webhook.ts';

const UNKNOWN_CHANNEL = 10003;

/**
 * Writes to somebody directly; throws what the library throws, among it 50007 where they take no messages from us. A channel
 * that was noted for another bot is not there for this one: it is forgotten and asked for anew, once.
 */
export async function writeDirectly(
  discord: Discord,
  sender: string,
  message: DiscordMessage,
  files: readonly Upload[],
): Promise<void> {
  const { later, once } = discord.rest;
  const write = (channel: string) =>
    (files.length > 0 ? once : later).post(`/channels/${channel}/messages`, { body: message, ...among(files) });
  const channel = await directChannel(discord, sender);
  try {
    await write(channel);
    return;
  } catch (error) {
    if (codeOf(error) !== UNKNOWN_CHANNEL) throw error;
  }
  await forgetDirect(discord, channel);
  await write(await directChannel(discord, sender));
}

const directChannel = (discord: Discord, sender: string): Promise<string> =>
  directOf(discord, sender, async () => {
    const opened = await discord.rest.later.post('/users/@me/channels', { body: { recipient_id: sender } });
    const id = fieldOf(opened, 'id');
    if (typeof id !== 'string') throw new Error(`Discord opened no conversation with ${sender}`);
    return id;
  });
