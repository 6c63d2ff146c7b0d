import { refusalView } from '../../blocks/refusal.ts';
import type { Answer, Asker, Command, World } from '../../commands/command.ts';
import { commandNamed } from '../../commands/help.ts';
import { commands } from '../../commands/index.ts';
import { CoworkError, refused } from '../errors.ts';
import { command as typed } from '../message/text.ts';
import { requireMay } from '../people/permissions.ts';
import { byButton, shownBy } from './by-button.ts';
import { notListed } from './not-listed.ts';
import { offeredTo } from './offered.ts';
import { answerForAll } from './public.ts';
import { readCommand } from './read-command.ts';
import { splitWords } from './words.ts';

/** Who typed, through which door. */
export type Typist = Omit<Asker, 'operator'> & {
  operator?: string | null | undefined;
  /** Their id on the chat platform, for the answer to somebody who is not listed. */
  sender?: string | undefined;
};

/**
 * What the typed words `/cowork …` (or without that word) come to. A refusal, a slip and an unknown name are answers too
 * (exit 2, or 1 where it may be tried again); what is thrown is a fault of ours. `readingOnly`: as a button may, nothing
 * that acts.
 */
export async function answerWords(
  world: World,
  words: string,
  typist: Typist,
  options: { readingOnly?: boolean } = {},
): Promise<Answer> {
  try {
    const { sender, operator = null, ...asker } = typist;
    return await answer(world, words, { ...asker, operator }, { sender, readingOnly: options.readingOnly ?? false });
  } catch (error) {
    if (error instanceof CoworkError && error.code !== 'internal') return refusalAnswer(error, commandIn(words));
    throw error;
  }
}

async function answer(
  world: World,
  line: string,
  asker: Asker,
  { sender, readingOnly }: { sender: string | undefined; readingOnly: boolean },
): Promise<Answer> {
  const [first, ...rest] = splitWords(withoutName(line));
  const button = first && byButton(first.text, rest[0]?.text);
  if (button) throw button;
  const command = commandNamed(commands, first?.text ?? 'help');
  if (readingOnly && !command.reads && !readsBy(command, rest[0]?.text)) {
    const example = typed(command.examples[0] ?? command.name);
    throw refused([`A button cannot ask for ${command.name}, since it acts. Type it: `, example]);
  }
  const { home } = await world.homes.active();
  const { person, member, via } = asker;
  if (person !== null || via !== 'cli')
    requireMay(home, person, 'read', { now: world.clock.now(), chatMember: member });
  // What alert only lists is for every reader; what acts on one asks its own door.
  if (person === null && member && !command.reads && command.name !== 'alert')
    throw refused(notListed(home.team, 'you can read here and not act', { via, sender }));
  const input = { asker, ...readCommand(command, rest) };
  if (input.options.public === true) return answerForAll(world, command, input);
  return offeredTo(world, asker, await command.run(world, input));
}

/** Whether the verb that follows changes nothing. */
const readsBy = ({ verbs = [] }: Command, verb = ''): boolean =>
  verbs.some(({ name, reads }) => name === verb.toLowerCase() && reads === true);

const withoutName = (line: string): string => line.replace(/^\s*\/?cowork(-ops)?(?=\s|$)/i, '');

/** The command that was typed, where there is one of that name. */
function commandIn(line: string): string | undefined {
  const word = withoutName(line).trim().split(/\s/, 1)[0]?.toLowerCase();
  return commands.find(({ name }) => name === word)?.name ?? (word === undefined ? word : shownBy(word));
}

/** A refusal as an answer: the sentence for the person, and for tools the same document as the command line prints. */
export function refusalAnswer(error: CoworkError, command?: string): Answer {
  const exit = error.code === 'unavailable' || error.code === 'internal' ? 1 : 2;
  return {
    view: refusalView(error, command),
    json: { error: { code: error.code, message: error.message } },
    exit,
  };
}
