import { clean, cutUnits } from '../../../message/clean.ts';
import { type Completion, completeField } from '../../completion.ts';
import { fieldOf, type Payload } from '../../connect/payload.ts';
import { plainError } from '../../connect/plain-error.ts';
import { within } from '../../within.ts';
import type { Arrived, Discord } from '../discord.ts';
import { senderOf } from '../receive/sender.ts';
import { COMMAND_LIMITS as MOST } from './check-commands.ts';
import type { Choice } from './command-shape.ts';
import { shownCommand } from './shown-commands.ts';
import { chosenIn } from './typed.ts';

/** Each letter that is typed asks anew: beyond so many at once, what is slow is not asked for more. */
const MOST_AT_ONCE = 8;
const underWay = new WeakMap<Discord, number>();

/**
 * What a field can hold, as far as whoever types may see it and it is found in time. Nothing is a right answer: whatever
 * is typed is taken and judged by the command.
 */
export async function handleCompletion(discord: Discord, { body, deadline, answer }: Arrived): Promise<void> {
  await answer({ type: 8, data: { choices: await choicesInTime(discord, body, deadline.leftMs) } });
}

async function choicesInTime(discord: Discord, body: Payload, ms: number): Promise<Choice[]> {
  const { clock, log } = discord.ground;
  const before = underWay.get(discord) ?? 0;
  if (before >= MOST_AT_ONCE) return [];
  underWay.set(discord, before + 1);
  const work = choicesFor(discord, body).finally(() => underWay.set(discord, (underWay.get(discord) ?? 1) - 1));
  try {
    const found = await within(clock, ms, work);
    return found === 'late' ? [] : found;
  } catch (error) {
    log.warn(plainError(error), 'What could be typed in Discord was not found out.');
    return [];
  }
}

async function choicesFor(discord: Discord, body: Payload): Promise<Choice[]> {
  const { name, verb, focused } = chosenIn(fieldOf(body, 'data'));
  const found = shownCommand(name, verb);
  const of =
    found && [...found.taken.parameters, ...found.taken.options].find((one) => focused && one.name === focused.name);
  if (!found || !of || !focused) return [];
  const { person, member } = await senderOf(discord, body);
  if (person === null && !member) return [];
  const field = { command: found.command, of, typed: focused.typed };
  return (await completeField(await discord.world(), field, { person, member })).flatMap(choiceOf);
}

/** A name that Discord would not take back whole is not offered: it would refuse all of them. */
function choiceOf({ text, hint }: Completion): Choice[] {
  if (text === '' || text.length > MOST.choice || clean(text) !== text) return [];
  const said = clean(hint).trim();
  const name = said === '' || said === text ? text : `${text} · ${said}`;
  return [{ name: cutUnits(name, MOST.choice), value: text }];
}
