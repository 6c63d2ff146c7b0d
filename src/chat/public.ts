import type { Answer, Command, CommandInput, World } from '../../commands/command.ts';
import { refused } from '../errors.ts';
import type { MessageView, Part } from '../message/view.ts';
import { isOpenClass } from '../people/permissions.ts';
import type { DataClass } from '../values/scalars.ts';
import { classToday } from '../workflows/class-today.ts';

/**
 * An answer for a whole channel (`--public`): as one that everybody may read, whoever asks, and without buttons that act,
 * since nobody keeps such a message true. Throws `refused` where nobody reads along, and for closed work.
 */
export async function answerForAll(world: World, command: Command, input: CommandInput): Promise<Answer> {
  const { asker, args, options } = input;
  if (asker.via !== 'slack' && asker.via !== 'discord') {
    throw refused('--public is for Slack and Discord, where a channel reads along. Leave it out here.');
  }
  await requireOpen(world, Object.values(args));
  const everybody = { ...asker, person: null, member: true };
  const answer = await command.run(world, { asker: everybody, args, options: { ...options, public: undefined } });
  if (answer.attachments) throw refused('A file is handed to one person alone. Ask for it without --public.');
  return { ...answer, view: withoutActs(answer.view), public: true };
}

/** Of closed work a channel is told names and states by its own messages, and nothing besides because one person asks. */
async function requireOpen(world: World, words: readonly (string | undefined)[]): Promise<void> {
  for (const word of words) {
    const found = word === undefined ? null : await workNamed(world, word);
    if (found && !isOpenClass(found.dataClass)) {
      throw refused(
        `${found.workflow} is ${found.dataClass}, so it is not answered to a channel. Ask without --public.`,
      );
    }
  }
}

/** The workflow of this name or of the run of this id, by today's class; null where the word names neither. */
async function workNamed(world: World, word: string): Promise<{ workflow: string; dataClass: DataClass } | null> {
  const { home } = await world.homes.active();
  const workflow = Object.hasOwn(home.workflows, word) ? home.workflows[word] : undefined;
  if (workflow) return { workflow: word, dataClass: workflow.spec.data_class };
  const rows = world.db.selectFrom('runs').select(['workflow', 'data_class']).orderBy('queued_at', 'desc').limit(1);
  // A workflow that has left the home is as closed as its last run was.
  const run = await rows
    .where((where) => where.or([where('id', '=', word), where('workflow', '=', word)]))
    .executeTakeFirst();
  return run ? { workflow: run.workflow, dataClass: classToday(home, run.workflow, run.data_class) } : null;
}

function withoutActs(view: MessageView): MessageView {
  const parts = view.parts.flatMap((part): Part[] => {
    if (part.part !== 'actions') return [part];
    const actions = part.actions.filter(({ intent }) => intent === 'open' || intent === 'command');
    return actions.length > 0 ? [{ ...part, actions }] : [];
  });
  return { ...view, parts };
}
