import type { Clock } from '#src/clock.ts';

/** Everything the product may need; a story about a missing one hands in fewer. */
export const ALL_SCOPES = [
  'app_mentions:read',
  'channels:history',
  'channels:read',
  'chat:write',
  'chat:write.public',
  'commands',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'im:write',
  'usergroups:read',
  'usergroups:write',
  'users:read',
  'users:read.email',
] as const;

/** Types of events that the app has subscribed to. */
export const ALL_EVENTS = [
  'app_home_opened',
  'app_mention',
  'app_uninstalled',
  'channel_archive',
  'channel_deleted',
  'channel_left',
  'channel_unarchive',
  'group_archive',
  'group_deleted',
  'group_left',
  'group_unarchive',
  'member_joined_channel',
  'message.channels',
  'message.groups',
  'message.im',
  'tokens_revoked',
] as const;

/** The parts of an app manifest that decide what an app may do and what it is told. */
export interface SlackManifest {
  features: {
    app_home: { home_tab_enabled: boolean };
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
  /** How long Slack waits for an acknowledgement and a trigger lives; 3,000 unless said. */
  patienceMs?: number;
  /** What the app asks for and listens to, in place of everything that there is. */
  manifest?: SlackManifest;
  /** `/cowork` unless said; `escape` is the manifest's `should_escape`. */
  command?: { name?: string; escape?: boolean };
}
