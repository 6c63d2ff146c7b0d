import { App, type Receiver } from '@slack/bolt';
import type { SlackConfig } from '../../../config.ts';
import type { Logger } from '../../../log.ts';
import type { SlackTeam } from '../slack.ts';
import { nowOptions } from './clients.ts';
import { libraryLog } from './library-log.ts';

/** What comes is handed in by `Intake`, whichever way it came; the app itself opens nothing. */
const handedIn: Receiver = { init: () => undefined, start: async () => undefined, stop: async () => undefined };

/** Bolt's app for one workspace, whose identity we have asked for ourselves. It keeps nothing in memory. */
export function makeApp(config: SlackConfig, log: Logger, team: () => SlackTeam): App {
  const app = new App({
    receiver: handedIn,
    authorize: async () => {
      const { id: teamId, bot: botId, botUser: botUserId } = team();
      return { teamId, botId, botUserId, botToken: config.botToken };
    },
    clientOptions: nowOptions(config, log),
    logger: libraryLog(log),
    convoStore: false,
    extendedErrorHandler: true,
    ignoreSelf: true,
  });
  // Back to `Intake`, which knows what the payload was about and whether it was answered.
  app.error(async ({ error }: { error: Error }) => {
    throw error;
  });
  return app;
}
