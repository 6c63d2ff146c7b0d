import type { Clock } from '#src/clock.ts';

export interface DiscordEmulatorOptions {
  clock?: Clock;
  mode?: 'gateway' | 'http';
  /** Where interactions go in HTTP mode; may be set later. */
  interactionsUrl?: string;
  /** Buckets for each route and fifty calls a second in all; true unless said. */
  paced?: boolean;
  /** What the bot may do everywhere; what our invite asks for unless said. */
  permissions?: readonly string[];
  /**
   * How long Discord waits for the first answer; 3,000 unless said. Only a story about this limit keeps it: elsewhere a
   * machine that stands still for a moment must not change the outcome.
   */
  patienceMs?: number;
  /** How long a nonce is remembered; three minutes unless said ("a few minutes", Discord's reference). */
  nonceMs?: number;
  /** Changes of messages older than an hour that a channel takes in such a time (30046); three in six seconds unless said. */
  oldEdits?: { most: number; perMs: number };
  /** How many shards Discord recommends; one unless said. */
  shards?: number;
  /** How long after one another two apps may come; 5,000 in the real Discord, 0 unless said. */
  identifyEveryMs?: number;
  /** Between heartbeats; 41,250 unless said. */
  heartbeatMs?: number;
}
