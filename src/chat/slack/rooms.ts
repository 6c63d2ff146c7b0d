import type { App } from '@slack/bolt';
import type { ChatAdapter } from '../adapter.ts';
import type { ChatRooms } from '../connect/service.ts';
import { handleAsked, performAsked } from './ask/index.ts';
import { deleteTwins, handlePlaces, LOOK_AGAIN_MS, lookAgain, slackAdapter, TWINS_EVERY_MS } from './deliver/index.ts';
import { tellGivenUp } from './given-up.ts';
import { FOLLOW_EVERY_MS, followRota } from './group/follow-rota.ts';
import { handleHome, startHomes } from './home/index.ts';
import { handleReceived, performReceived } from './receive/index.ts';
import type { Slack } from './slack.ts';

/** What is done in Slack, by those who do it. */
export interface Rooms extends ChatRooms<Slack> {
  /** How messages get there; null where nothing is to be sent. */
  adapter: (slack: Slack) => ChatAdapter | null;
  /** Adds what listens to the app. */
  handle: readonly ((app: App, slack: Slack) => void)[];
}

export const ROOMS: Rooms = {
  adapter: slackAdapter,
  handle: [handlePlaces, handleReceived, handleAsked, handleHome],
  perform: { click: performReceived, form: performReceived, command: performAsked, shortcut: performAsked },
  tellGivenUp,
  follow: [startHomes],
  every: [
    { name: 'on-call group', ms: FOLLOW_EVERY_MS, run: followRota },
    { name: 'channels that were away', ms: LOOK_AGAIN_MS, run: lookAgain },
    { name: 'messages that may stand twice', ms: TWINS_EVERY_MS, run: deleteTwins },
  ],
};
