import type { WebClient } from '@slack/web-api';
import type { Chat } from '../connect/chat.ts';
import type { SlackOptions } from './options.ts';

/** The workspace that our token belongs to, as `auth.test` told it. */
export interface SlackTeam {
  id: string;
  name: string;
  /** `https://acme.slack.com/` */
  url: string;
  /** The bot's own user, `U…`, and its bot id, `B…`. */
  botUser: string;
  bot: string;
  /** Null where the workspace belongs to no organisation. */
  enterprise: string | null;
  /** The app was installed for the whole organisation, and not for this workspace alone. */
  orgWide: boolean;
  /** Bot scopes that the token has, by the header of the answer; null where it was not told. */
  scopes: ReadonlySet<string> | null;
}

/**
 * Three queues, since one refused call holds back all others of its client: `now` for what a person waits for (short
 * time-out, at most two retries, never waits for a rate limit), `once` for those of it that must not be done twice (whatever
 * posts, whatever uses up a trigger), `later` for the outbox, which retries by itself.
 */
export interface SlackClients {
  now: WebClient;
  once: WebClient;
  later: WebClient;
}

/** Everything a handler of Slack's needs. */
export interface Slack extends Chat {
  platform: 'slack';
  clients: SlackClients;
  /** Throws `unavailable` until Slack has answered `auth.test` for the first time. */
  team(): SlackTeam;
  /** How to draw for this workspace now: names, ids, where the console is. */
  draw(surface: SlackOptions['surface']): Promise<SlackOptions>;
}
