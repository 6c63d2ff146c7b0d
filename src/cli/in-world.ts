import { type Answer, readerOf, type World } from '../../commands/command.ts';
import { answerText } from './answer-text.ts';
import type { Printed } from './io.ts';
import type { CliContext, WorldNeeds } from './world.ts';

/** Makes of an act on the product the action of a command line: opens the world, prints what it answers. */
export type InWorld = (
  act: (world: World, context: CliContext) => Promise<Printed>,
  needs?: WorldNeeds,
) => () => Promise<void>;

/** A command's message as plain text. */
export const printed = async (world: World, { view, json, exit }: Answer): Promise<Printed> => ({
  text: answerText(view, await readerOf(world)),
  json,
  exit,
});
