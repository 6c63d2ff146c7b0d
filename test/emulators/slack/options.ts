import { EVENTS, SCOPES } from '#src/chat/slack/setup/scopes.ts';
import type { Clock } from '#src/clock.ts';

/** Exactly what our manifest asks for; a story about a missing one hands in fewer. */
export const ALL_SCOPES: readonly string[] = SCOPES.map(({ scope }) => scope);

/** Exactly the events that our manifest subscribes to. */
export const ALL_EVENTS: readonly string[] = EVENTS.map(({ event }) => event);

/** The parts of an app manifest that decide what an app may do and what it is told. */
export interface SlackManifest {
  features: {
    app_home: { home_tab_enabled: boolean; messages_tab_read_only_enabled: boolean };
    slash_commands: readonly { command: string; should_escape: boolean }[];
    shortcuts: readonly { callback_id: string; type: string }[];
  };
  oauth_config: { scopes: { bot: readonly string[] } };
  settings: { event_subscriptions: { bot_events: readonly string[] } };
}

export interface SlackOptions {
  clock?: Clock;
  mode?: 'socket' | 'http';
  /** Request URL in HTTP mode; may be set later. */
  events?: string;
  /** One post a second into a channel, bursts of five; true unless said. */
  paced?: boolean;
  /** The tiers of all other methods as well; false unless said. */
  tiers?: boolean;
  scopes?: readonly string[];
  /** Event types subscribed to. */
  subscribed?: readonly string[];
  /**
   * How long Slack waits for an acknowledgement and a trigger lives; 3,000 unless said. Only a story about this limit keeps
   * it: elsewhere a machine that stands still for a moment must not change the outcome.
   */
  patienceMs?: number;
  /** What the app asks for and listens to, in place of what our manifest does. */
  manifest?: SlackManifest;
  /** `/cowork` unless said; `escape` is the manifest's `should_escape`. */
  command?: { name?: string; escape?: boolean };
}
