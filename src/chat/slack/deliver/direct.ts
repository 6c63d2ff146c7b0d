import { directOf, forgetDirect } from '../../connect/direct.ts';
import type { Slack } from '../slack.ts';
import { codeOf } from './failures.ts';

/**
 * The private channel (`D…`) of the bot with somebody (`U…`): the same for ever, so it is noted, and asked for once.
 * Needs the scope `im:write`; fails as the library does.
 */
export const directChannel = (slack: Slack, sender: string): Promise<string> =>
  directOf(slack, sender, async () => {
    const { channel } = await slack.clients.later.conversations.open({ users: sender });
    if (channel?.id === undefined) throw new Error(`Slack opened no conversation with ${sender}`);
    return channel.id;
  });

/**
 * Calls with the private channel that `find` finds. One that was noted for another bot (an app that was made anew) is not
 * there for this one: it is forgotten and asked for anew, once.
 */
export async function inDirect<T>(
  slack: Slack,
  find: () => Promise<string>,
  call: (channel: string) => Promise<T>,
): Promise<T> {
  const channel = await find();
  try {
    return await call(channel);
  } catch (error) {
    if (codeOf(error) !== 'channel_not_found') throw error;
  }
  await forgetDirect(slack, channel);
  return call(await find());
}
