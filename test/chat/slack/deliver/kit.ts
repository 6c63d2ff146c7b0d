import { randomUUID } from 'node:crypto';
import { makeClients } from '#src/chat/slack/connect/clients.ts';
import type { Slack } from '#src/chat/slack/slack.ts';
import type { Ground } from '#src/ground.ts';
import { silentLog } from '#src/log.ts';
import type { SlackEmulator } from '#test/emulators/slack/emulator.ts';

/** What deliveries need of a connection, on real clients; `after` is told of what is to be waited for. */
export function kitOn(
  ground: Ground,
  slack: SlackEmulator,
  over: { idOf?: (key: string) => string | null; after?: (work: Promise<void>) => void } = {},
): Slack {
  const unused = () => Promise.reject(new Error('not asked where messages are only delivered'));
  return {
    platform: 'slack',
    ground,
    world: unused,
    perform: unused,
    clients: makeClients(slack.config, silentLog),
    team: () => ({
      ...{ ...slack.team, url: 'https://acme.slack.com/', enterprise: null, orgWide: false, scopes: null },
      ...{ bot: slack.bot, botUser: slack.botUser },
    }),
    process: randomUUID(),
    draw: async (surface) => ({
      here: { now: ground.clock.now(), zone: 'Europe/Berlin' },
      console: null,
      idOf: over.idOf ?? (() => null),
      surface,
    }),
    after: (_about, act) => over.after?.(act()),
  };
}
