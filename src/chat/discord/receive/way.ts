import type { Discord } from '../discord.ts';
import type { Way } from './asked-payload.ts';
import type { Received } from './read-interaction.ts';

/** The way back to whoever did this, as of now. */
export const wayOf = (
  { ground }: Pick<Discord, 'ground'>,
  { token, fileLimit }: Pick<Received, 'token' | 'fileLimit'>,
): Way => ({ token, at: ground.clock.now().toISOString(), fileLimit });
