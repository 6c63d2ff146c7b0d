import type { App } from '@slack/bolt';
import { fieldOf } from '../connect/payload.ts';
import { senderOf } from '../receive/sender.ts';
import type { Slack } from '../slack.ts';
import type { HomeReader } from './draw-home.ts';
import { refreshHome } from './publish.ts';

export { type Homes, startHomes } from './follow-homes.ts';

/** Draws a person's App Home when they open it, and notes that they have. */
export function handleHome(app: App, slack: Slack): void {
  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home') return;
    const { user } = event;
    const hash = fieldOf(event.view, 'hash');
    const shown = typeof hash === 'string' ? hash : null;
    slack.after({ event: event.type, user }, async () => {
      const reader = await senderOf(slack, body);
      if (reader.sender === '' || reader.unsure) return;
      const known = await noteOpened(slack, reader);
      // What somebody sees may not be what we published last: an older installation, a home of a database that is gone.
      await refreshHome(slack, reader, { anew: shown === null || shown !== known });
    });
  });
}

/** Answers the hash that Slack gave to what was published last. */
async function noteOpened({ ground }: Slack, { sender, person }: HomeReader): Promise<string | null> {
  const { platform_hash } = await ground.db
    .insertInto('chat_homes')
    .values({ platform: 'slack', sender, person, opened_at: ground.clock.now() })
    .onConflict((conflict) => conflict.columns(['platform', 'sender']).doUpdateSet({ opened_at: ground.clock.now() }))
    .returning('platform_hash')
    .executeTakeFirstOrThrow();
  return platform_hash;
}
