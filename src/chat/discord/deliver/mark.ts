import { createHash } from 'node:crypto';
import { fieldOf } from '../../connect/payload.ts';
import type { DiscordMessage } from '../components.ts';

/**
 * What Discord recognises a repeated post by: within a few minutes of the first, the same nonce with `enforce_nonce`
 * answers the first message and makes none. At most 25 characters.
 */
export const nonceOf = (token: string): string => digest(token).toString('base64url').slice(0, 25);

/** Component ids are positive numbers of 32 bits; those that Discord gives out itself count from 1. */
const BITS = 30;
const BASE = 2 ** BITS;

const idOf = (bytes: Buffer, at: number): number => BASE + (bytes.readUInt32BE(at) >>> (32 - BITS));

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** A message whose components have ids of ours. */
export type Marked = Omit<DiscordMessage, 'components'> & { components: readonly object[] };

/**
 * The message with its marks: the id of its container is made of the token, so that it can be found for as long as it
 * stands, and the id of what stands first in it of everything that it shows. Discord keeps the ids of components and gives
 * them to whoever reads the message, long after it has forgotten a nonce; nobody sees them.
 */
export function marked(message: DiscordMessage, token: string): Marked {
  const { ours, shows } = marksOf(message, token);
  const [container, ...rest] = message.components;
  if (container === undefined) return message;
  const [first, ...more] = container.components;
  const inner = first === undefined ? [] : [{ ...first, id: shows }, ...more];
  return { ...message, components: [{ ...container, id: ours, components: inner }, ...rest] };
}

function marksOf(message: DiscordMessage, token: string): { ours: number; shows: number } {
  const shown = digest(JSON.stringify(message.components));
  const ours = idOf(digest(`${token} ours`), 0);
  const shows = idOf(shown, 0);
  // Two ids of a message may not be the same.
  return { ours, shows: shows === ours ? shows ^ 1 : shows };
}

/** Whether a message as Discord gives it was made with this token. Who wrote it is not asked here. */
export const isMarked = (message: unknown, token: string): boolean =>
  fieldOf(containerOf(message), 'id') === idOf(digest(`${token} ours`), 0);

/** Whether a message as Discord gives it shows what `sent` does, so that nothing is left of an earlier attempt. */
export function showsThe(sent: Marked, message: unknown): boolean {
  const mark = (components: unknown): unknown => fieldOf(firstOf(fieldOf(components, 'components')), 'id') ?? null;
  return mark(sent.components[0]) === mark(containerOf(message));
}

const containerOf = (message: unknown): unknown => firstOf(fieldOf(message, 'components'));

const firstOf = (list: unknown): unknown => (Array.isArray(list) ? list[0] : undefined);
