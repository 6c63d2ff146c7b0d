import { DiscordAPIError } from 'discord.js';
import { CoworkError, messageOf } from '../../../errors.ts';
import { fieldOf } from '../../connect/payload.ts';

/** Closes of the gateway after which no further attempt can work: what is set up has to change first. */
const FATAL_CLOSES: Readonly<Record<number, string>> = {
  4004: 'DISCORD_TOKEN is not valid',
  4010: 'the shard is not one of ours',
  4011: 'the bot is in so many servers that it needs more shards',
  4012: 'this version of the gateway is not served any more',
  4013: 'the intents are not valid',
  4014: 'an intent is not allowed to this bot',
};

/** Why the gateway closed, in words; `fatal` where no waiting heals it. */
export function whyClosed(code: number): { why: string; fatal: boolean } {
  const known = FATAL_CLOSES[code];
  return { why: `the gateway closed with ${code}${known ? `: ${known}` : ''}`, fatal: known !== undefined };
}

/** Reasons of Discord's for not letting us in that no short waiting heals; the last are ours and the library's, for sessions. */
export const FATAL =
  /^the gateway closed with (?:4004|401[0-4])\b|^DISCORD_|^Discord lets the bot begin |^Not enough sessions /;

/** Why Discord did not do what it was asked to, for people. */
export function whyNot(error: unknown): string {
  if (error instanceof CoworkError) return error.message;
  if (fieldOfError(error, 'status') === 401 || fieldOfError(error, 'code') === 'TokenInvalid') {
    return 'DISCORD_TOKEN is not valid';
  }
  const status = fieldOfError(error, 'status');
  const words = messageOf(error) || 'no reason given';
  return typeof status === 'number' ? `${words} (HTTP ${status})` : words;
}

/** Discord's own number of an error (10062, 50013, …), or null: errors of an aborted call have a number as well. */
export const codeOf = (error: unknown): number | null =>
  error instanceof DiscordAPIError && typeof error.code === 'number' ? error.code : null;

const fieldOfError = (error: unknown, key: string): unknown =>
  error instanceof Error ? Reflect.get(error, key) : fieldOf(error, key);
