import type { Arrived, Discord } from '../discord.ts';
import { handleClick } from './click.ts';
import { readInteraction } from './read-interaction.ts';
import { handleSent } from './sent.ts';

export { tellGivenUp } from './given-up.ts';
export { performReceived } from './perform.ts';
export { readInteraction } from './read-interaction.ts';
export { senderOf } from './sender.ts';

/** Components and forms whose names begin so belong to the room of commands. */
const OTHERS = /^ask\./;

/** Takes what people click in messages of any age, and the forms that follow from it; whatever they carry, it is answered. */
export async function handleReceived(discord: Discord, arrived: Arrived): Promise<boolean> {
  const received = readInteraction(arrived.body);
  if (received.kind === 'other' || OTHERS.test(received.code)) return false;
  if (received.kind === 'click') await handleClick(discord, arrived, received);
  else await handleSent(discord, arrived, received);
  return true;
}
