import type { App } from '@slack/bolt';
import { notePlaceBack, notePlaceGone } from '../../health.ts';
import { noteTakenAway } from '../../taken-away.ts';
import { deletedTs } from '../connect/said.ts';
import type { Slack } from '../slack.ts';
import { placeOf } from './address.ts';
import { awayWords } from './failures.ts';

/** Why a channel takes nothing any more, and what to do, by the event that says so. */
const GONE = {
  channel_archive: 'the channel was archived; unarchive it, or name another channel in cowork.yaml',
  group_archive: 'the channel was archived; unarchive it, or name another channel in cowork.yaml',
  channel_deleted: 'the channel was deleted; name another channel in cowork.yaml',
  group_deleted: 'the channel was deleted; name another channel in cowork.yaml',
  channel_left: 'the bot was removed from the channel; invite it again with /invite in that channel',
  group_left: 'the bot was removed from the channel; invite it again with /invite in that channel',
} as const;

/**
 * Notices at once what happens to the places that messages go to, so that the team is told before one fails and what
 * waits is sent as soon as it can be; an event is acknowledged when that is noted. Where an event does not come (its scope
 * was declined, the product was down), the next call notices the same. An event comes here once: whoever takes it in sees to that.
 */
export function handlePlaces(app: App, slack: Slack): void {
  const goes = async (channel: string, message: string) =>
    notePlaceGone(slack.ground, { place: await placeOf(slack, channel), message }, Math.random());
  const comes = async (channel: string) => notePlaceBack(slack.ground, await placeOf(slack, channel));

  for (const type of Object.keys(GONE) as (keyof typeof GONE)[])
    app.event(type, ({ event }) => goes(event.channel, GONE[type]));
  for (const type of ['channel_unarchive', 'group_unarchive'] as const)
    app.event(type, ({ event }) => comes(event.channel));
  app.event('member_joined_channel', async ({ event }) => {
    if (event.user === slack.team().botUser) await comes(event.channel);
  });
  app.event('member_left_channel', async ({ event }) => {
    if (event.user === slack.team().botUser) await goes(event.channel, GONE.channel_left);
  });
  app.event('channel_id_changed', async ({ event }) => {
    const why = `the channel has the id ${event.new_channel_id} now; put that into cowork.yaml`;
    await goes(event.old_channel_id, why);
  });
  app.event('tokens_revoked', async ({ event }) => {
    if (event.tokens.bot?.includes(slack.team().botUser)) await everyPlace(slack, awayWords('token_revoked'));
  });
  app.event('app_uninstalled', () => everyPlace(slack, awayWords('account_inactive')));
  app.event('message', async ({ event }) => {
    const ts = deletedTs(event);
    if (ts !== null) await noteTakenAway(slack.ground, await placeOf(slack, event.channel), ts);
  });
}

/** Every place of Slack's that the team named is away, which is said once for all of them. */
async function everyPlace({ ground }: Slack, message: string): Promise<void> {
  const rows = await ground.db.selectFrom('places').select('place').where('place', 'like', 'slack:%').execute();
  for (const { place } of rows) await notePlaceGone(ground, { place, message, everywhere: true }, Math.random());
}
