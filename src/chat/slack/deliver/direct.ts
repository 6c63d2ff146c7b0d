import type { Db } from '../../../store/db.ts';
import type { Slack } from '../slack.ts';

/**
 * The private channel (`D…`) of the bot with somebody (`U…`): the same for ever, so it is noted, and asked for once.
 * Needs the scope `im:write`; fails as the library does.
 */
export async function directChannel({ ground, clients }: Slack, sender: string): Promise<string> {
  const { db, clock } = ground;
  const known = await db
    .selectFrom('chat_directs')
    .select('channel')
    .where('platform', '=', 'slack')
    .where('sender', '=', sender)
    .executeTakeFirst();
  if (known) return known.channel;
  const { channel } = await clients.later.conversations.open({ users: sender });
  if (channel?.id === undefined) throw new Error(`Slack opened no conversation with ${sender}`);
  await db
    .insertInto('chat_directs')
    .values({ platform: 'slack', sender, channel: channel.id, opened_at: clock.now() })
    .onConflict((conflict) => conflict.columns(['platform', 'sender']).doUpdateSet({ channel: channel.id ?? '' }))
    .execute();
  return channel.id;
}

/** Another workspace has other channels: what was noted of one that is not there is asked for anew. */
export const forgetDirect = (db: Db, channel: string): Promise<unknown> =>
  db.deleteFrom('chat_directs').where('platform', '=', 'slack').where('channel', '=', channel).execute();
