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
  /** Edits of messages older than an hour that are let through in a channel in an hour; five unless said (30046). */
  oldEdits?: number;
  /** Between heartbeats; 41,250 unless said. */
  heartbeatMs?: number;
}
