import { App, HTTPReceiver } from '@slack/bolt';
import { libraryLog } from '#src/chat/slack/connect/library-log.ts';
import { openSlack } from '#src/chat/slack/open.ts';
import { startWeb } from '#src/http/server.ts';
import type { Opened } from '#src/main/open.ts';
import { chatOptions, worldOf } from '#src/main/wiring.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import { registerProcess } from '#src/store/processes.ts';
import type { Place } from './place.ts';
import { BOT, SECRET, TEAM } from './slack-words.ts';

const BOT_TOKEN = 'xoxb-bench';
const HERE = { host: '127.0.0.1', port: 0, publicUrl: null };
const LOOK_MS = 20;

/**
 * The product's own way in: its web server, its door, its Bolt, and everything behind it; nobody delivers. Returns the
 * address that Slack is told, once Slack has let it in.
 */
export async function openProductDoor(place: Place, opened: Opened, slackUrl: string): Promise<string> {
  const { ground, store } = opened;
  const { db, clock, log } = ground;
  const row = await registerProcess({ db, clock, log, roles: ['web', 'worker', 'clock'], version: 'bench' });
  place.owns(() => row.leave());
  const fence = await probeFence();
  // As in the one process that people start, which works the jobs as well.
  const world = worldOf(opened, { works: true, fence, homeProblems: () => [] });
  const config = { botToken: BOT_TOKEN, appToken: null, signingSecret: SECRET, apiUrl: `${slackUrl}/api/` };
  const slack = openSlack({ ...chatOptions(opened, HERE, { process: row.id, world }), config });
  const web = await startWeb(ground, {
    exposure: { ...HERE, chatOverHttp: true, chat: true, example: false },
    readiness: () => ({ bench: true }),
    ...{ fence, signals: store.signals, homeProblems: () => [], world },
    slackEvents: slack.receive,
  });
  place.owns(() => web.stop());
  slack.start();
  place.owns(() => slack.stop({ graceMs: 5000 }));
  while (slack.state().team === null) await ground.clock.wait(LOOK_MS);
  return `${web.url}slack/events`;
}

/** Bolt as its own documentation starts it, and a handler that does nothing: the least that any product of Bolt's costs. */
export async function openBareBolt(place: Place, { ground }: Opened): Promise<string> {
  const logger = libraryLog(ground.log);
  const app = new App({
    receiver: new HTTPReceiver({ signingSecret: SECRET, logger }),
    authorize: async () => ({
      botToken: BOT_TOKEN,
      teamId: TEAM.team_id,
      botId: BOT.bot_id,
      botUserId: BOT.user_id,
    }),
    convoStore: false,
    logger,
  });
  app.action(/./, ({ ack }) => ack());
  const server = await app.start({ host: '127.0.0.1', port: 0 });
  place.owns(async () => {
    server.closeAllConnections();
    await app.stop();
  });
  const address = server.address();
  return `http://127.0.0.1:${typeof address === 'object' ? address?.port : 0}/slack/events`;
}
