import type { App } from '@slack/bolt';
import { fieldOf } from '../../connect/payload.ts';
import type { Sender } from '../../receive/sender.ts';
import { senderOf } from '../receive/sender.ts';
import type { Slack } from '../slack.ts';
import { type Refreshed, refreshHome } from './publish.ts';

export { type Homes, startHomes } from './follow-homes.ts';

/** Draws a person's App Home when they open it, and notes that they have. */
export function handleHome(app: App, slack: Slack): void {
  app.event('app_home_opened', async ({ event, body }) => {
    if (event.tab !== 'home') return;
    const { user } = event;
    const hash = fieldOf(event.view, 'hash');
    const shown = typeof hash === 'string' ? hash : null;
    slack.after({ event: event.type, user }, async () => {
      for (let looks = 0; looks < MOST_LOOKS; looks += 1) {
        if ((await drawOpened(slack, body, shown)) !== 'stale') return;
      }
    });
  });
}

/** However much changes while it is drawn; what is still not so then is found by those who follow. */
const MOST_LOOKS = 3;

async function drawOpened(slack: Slack, body: object, shown: string | null): Promise<Refreshed['now'] | null> {
  const reader = await senderOf(slack, body, 'patient');
  if (reader.sender === '') return null;
  const known = await noteOpened(slack, reader);
  // Whoever follows the homes that were opened finds out who it is, once Slack tells.
  if (reader.unsure) return null;
  // What somebody sees may not be what we published last: an older installation, a home of a database that is gone.
  const { now } = await refreshHome(slack, reader, { anew: shown === null || shown !== known });
  return now;
}

/** Answers the hash that Slack gave to what was published last; of an `unsure` reader's home that is to be drawn anew. */
async function noteOpened({ ground }: Slack, { sender, person, member, unsure }: Sender): Promise<string | null> {
  const opened_at = ground.clock.now();
  const again = unsure ? { view_hash: null } : {};
  const { platform_hash } = await ground.db
    .insertInto('chat_homes')
    .values({ platform: 'slack', sender, person, member, opened_at })
    .onConflict((conflict) => conflict.columns(['platform', 'sender']).doUpdateSet({ opened_at, ...again }))
    .returning('platform_hash')
    .executeTakeFirstOrThrow();
  return platform_hash;
}
