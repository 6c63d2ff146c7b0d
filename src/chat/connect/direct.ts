import { personOn } from '../../people/resolve.ts';
import type { Chat } from './chat.ts';

/**
 * The private channel of the bot with somebody, by the platform's id: the same for ever, so it is noted, and asked for
 * once. Fails as `open` does, which asks the platform for it.
 */
export async function directOf(
  { ground: { db, clock }, platform }: Pick<Chat, 'ground' | 'platform'>,
  sender: string,
  open: () => Promise<string>,
): Promise<string> {
  const known = await db
    .selectFrom('chat_directs')
    .select('channel')
    .where('platform', '=', platform)
    .where('sender', '=', sender)
    .executeTakeFirst();
  if (known) return known.channel;
  const channel = await open();
  await db
    .insertInto('chat_directs')
    .values({ platform, sender, channel, opened_at: clock.now() })
    .onConflict((conflict) => conflict.columns(['platform', 'sender']).doUpdateSet({ channel }))
    .execute();
  return channel;
}

/** Another bot has other channels: what was noted of one that is not there is asked for anew. */
export const forgetDirect = (
  { ground, platform }: Pick<Chat, 'ground' | 'platform'>,
  channel: string,
): Promise<unknown> =>
  ground.db.deleteFrom('chat_directs').where('platform', '=', platform).where('channel', '=', channel).execute();

/** The place of a channel that a payload names: `slack:C…`, or `slack:@maya` where it is the private one with a person. */
export async function placeOfChannel(
  { ground, platform }: Pick<Chat, 'ground' | 'platform'>,
  channel: string,
): Promise<string> {
  const direct = await ground.db
    .selectFrom('chat_directs')
    .select('sender')
    .where('platform', '=', platform)
    .where('channel', '=', channel)
    .executeTakeFirst();
  const team = direct && (await ground.homes.active()).home.team;
  const key = direct && team ? personOn(team, platform, direct.sender) : null;
  return key === null ? `${platform}:${channel}` : `${platform}:@${key}`;
}
