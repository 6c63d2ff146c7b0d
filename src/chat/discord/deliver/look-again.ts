import { awayAndIdle } from '../../away-places.ts';
import { fieldOf } from '../../connect/payload.ts';
import { unless } from '../../connect/unless.ts';
import { notePlaceBack } from '../../health.ts';
import type { Discord } from '../discord.ts';
import { requireOurServer } from './address.ts';
import { lacking, TO_POST } from './permissions.ts';

export const LOOK_AGAIN_MS = 5 * 60_000;

/**
 * Asks Discord about the places that were away and have nothing waiting, since nothing else would find out that they are
 * well again (a token was replaced, an event came while nobody listened). Answers the places that are back.
 */
export async function lookAgain(discord: Discord, signal?: AbortSignal): Promise<string[]> {
  const { ground } = discord;
  const back: string[] = [];
  for (const place of await awayAndIdle(ground.db, 'discord')) {
    if (signal?.aborted) break;
    if (!(await unless(signal, takesMessages(discord, place.slice('discord:'.length))))) continue;
    await notePlaceBack(ground, place);
    back.push(place);
  }
  return back;
}

/** A person is reached as soon as the server is. Whatever cannot be asked counts as away still. */
async function takesMessages(discord: Discord, channel: string): Promise<boolean> {
  try {
    const { rest, guild } = discord;
    if (channel.startsWith('@')) return fieldOf(await rest.later.get(`/guilds/${guild().id}`), 'id') === guild().id;
    await requireOurServer(discord, channel);
    return (await lacking(discord, channel, TO_POST))?.length === 0;
  } catch {
    return false;
  }
}
