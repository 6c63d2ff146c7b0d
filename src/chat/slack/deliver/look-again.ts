import { awayAndIdle } from '../../away-places.ts';
import { unless } from '../../connect/unless.ts';
import { notePlaceBack } from '../../health.ts';
import type { Slack } from '../slack.ts';

export const LOOK_AGAIN_MS = 5 * 60_000;

/**
 * Asks Slack about the channels that were away and have nothing waiting, since nothing else would find out that they are
 * well again (a token was replaced, the event of an invitation came while the product was down). Answers the places that
 * are back.
 */
export async function lookAgain(slack: Slack, signal?: AbortSignal): Promise<string[]> {
  const { ground, clients } = slack;
  const back: string[] = [];
  for (const place of await awayAndIdle(ground.db, 'slack')) {
    if (signal?.aborted) break;
    if (!(await unless(signal, takesMessages(clients.later, place)))) continue;
    await notePlaceBack(ground, place);
    back.push(place);
  }
  return back;
}

/** A conversation with a person is there as soon as the token works. Whatever cannot be asked counts as away still. */
async function takesMessages(client: Slack['clients']['later'], place: string): Promise<boolean> {
  const channel = place.slice('slack:'.length);
  try {
    if (channel.startsWith('@')) return (await client.auth.test()).ok;
    const info = (await client.conversations.info({ channel })).channel;
    return info?.is_member === true && info.is_archived !== true;
  } catch {
    return false;
  }
}
