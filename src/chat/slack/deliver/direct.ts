import { directOf } from '../../connect/direct.ts';
import type { Slack } from '../slack.ts';

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
