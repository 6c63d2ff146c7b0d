import { REST } from 'discord.js';
import { expect } from 'vitest';
import { sendEncoded } from '#src/chat/discord/connect/send-encoded.ts';
import { type Clock, systemClock } from '#src/clock.ts';
import { StoryClock } from '#test/stories/clock.ts';
import { type DiscordEmulator, type DiscordEmulatorOptions, startDiscord } from './emulator.ts';
import type { Json } from './shapes.ts';

export const ANNA = '100000000000000001';
export const BEN = '100000000000000002';
export const ROBOT = '100000000000000003';
export const GONE = '100000000000000004';
export const SHY = '100000000000000005';
export const STRANGER = '100000000000000006';
export const OPS = '200000000000000001';
export const HIDDEN = '200000000000000002';
export const MUTE = '200000000000000003';
export const BLIND = '200000000000000004';
export const FORUM = '200000000000000005';
export const NOWHERE = '200000000000000009';

/** A guild with a few people and places, and a client that tries once. */
export async function guild(options: DiscordEmulatorOptions = {}) {
  const clock = new StoryClock('2026-03-02T09:00:00.000Z');
  const discord = await startDiscord({ clock, paced: false, ...options });
  discord.addUser({ id: ANNA, name: 'Anna' });
  discord.addUser({ id: BEN, name: 'Ben' });
  discord.addUser({ id: ROBOT, name: 'Robot', kind: 'bot' });
  discord.addUser({ id: GONE, name: 'Gone', kind: 'gone' });
  discord.addUser({ id: SHY, name: 'Shy', dms: false });
  discord.addUser({ id: STRANGER, name: 'Stranger', kind: 'outsider' });
  discord.addChannel({ id: OPS, name: 'ops' });
  discord.addChannel({ id: HIDDEN, name: 'hidden', permissions: ['ViewChannel'] });
  discord.addChannel({ id: MUTE, name: 'mute', permissions: ['SendMessages', 'CreatePublicThreads', 'AttachFiles'] });
  discord.addChannel({ id: BLIND, name: 'blind', permissions: ['ReadMessageHistory', 'AttachFiles'] });
  discord.addChannel({ id: FORUM, name: 'forum', kind: 'forum' });
  return { discord, clock, rest: restOf(discord) };
}

/** A clock that stands still until it is put forward, for limits that a slow machine must not change. */
export class StillClock implements Clock {
  #at = new Date('2026-03-02T09:00:00.000Z').getTime();

  now = (): Date => new Date(this.#at);
  wait = systemClock.wait;

  put(ms: number): void {
    this.#at += ms;
  }
}

/** A client that tries once and never waits. */
export const restOf = (discord: DiscordEmulator, token = discord.config.botToken): REST =>
  new REST({ api: discord.api, retries: 0, rejectOnRateLimit: () => true, makeRequest: sendEncoded }).setToken(token);

/** Code of a refusal, or `ok`. */
export async function codeOf(call: Promise<unknown>): Promise<number | string> {
  try {
    await call;
    return 'ok';
  } catch (error) {
    const { code, name } = error as { code?: number | string; name: string };
    return code ?? name;
  }
}

export const text = (content: string): Json => ({ type: 10, content });
export const button = (label: string, custom_id = label): Json => ({ type: 2, style: 1, label, custom_id });
export const row = (...components: Json[]): Json => ({ type: 1, components });

/** A message of Components V2 that calls nobody. */
export const message = (...components: Json[]): Json => ({
  flags: 32_768,
  allowed_mentions: { parse: [] },
  components,
});

/** A call past any library. */
export async function raw(discord: DiscordEmulator, method: string, path: string, body: unknown, headers: object = {}) {
  const response = await fetch(`${discord.api}/v10${path}`, {
    method,
    headers: {
      authorization: `Bot ${discord.config.botToken}`,
      'user-agent': 'DiscordBot (https://example.com, 1)',
      'content-type': 'application/json',
      ...headers,
    },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  const read = await response.text();
  return { status: response.status, headers: response.headers, body: (read ? JSON.parse(read) : null) as Json };
}

/** Waits for a state as long as a busy machine may need. */
export const eventually = <T>(look: () => T) => expect.poll(look, { timeout: 30_000 });
