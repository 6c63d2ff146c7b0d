import type { World as Answering } from '#commands/command.ts';
import { type ActRequest, performAct } from '#src/chat/acts.ts';
import { answerWords } from '#src/chat/command-line.ts';
import { channelPage } from '#src/chat/console/read.ts';
import type { Action } from '#src/message/action.ts';
import type { MessageView } from '#src/message/view.ts';
import { textOf } from '#test/chat/delivery/platform.ts';
import type { World } from './world.ts';

/** A message of a channel as a person reads it: its own text, and the lines below it. */
export interface Read {
  id: number;
  text: string;
  lines: string[];
  view: MessageView;
  edited: boolean;
}

/** What stands in a channel of the console, oldest first and without its welcome, once everything is said. */
export async function channel(world: World, name: string): Promise<Read[]> {
  await world.told();
  const { messages } = await channelPage(world.db, name, { limit: 200 });
  const welcome = await world.db
    .selectFrom('messages')
    .select('external_id')
    .where('subject', '=', `welcome:console:${name}`)
    .executeTakeFirst();
  return messages
    .filter(({ id }) => String(id) !== welcome?.external_id)
    .map(({ id, view, thread, changedAt }) => ({
      ...{ id, view, text: textOf(view), edited: changedAt !== null },
      lines: thread.map((line) => textOf(line.view)),
    }));
}

/** The buttons of a message, by what they ask for. */
export const buttonsOf = ({ view }: Pick<Read, 'view'>): Action[] =>
  view.parts.flatMap((part) =>
    part.part === 'actions' ? part.actions.filter((each): each is Action => each.intent !== 'open') : [],
  );

/** A person clicks this button of a message; answers what that person alone reads. */
export async function click(
  world: World,
  person: string,
  message: Pick<Read, 'view'>,
  intent: Action['intent'],
  values: ActRequest['values'] = {},
): Promise<string> {
  const button = buttonsOf(message).find((each) => each.intent === intent);
  if (!button) throw new Error(`the message has no button ${intent}`);
  const { subject, revision = null } = button;
  const request = {
    click: { intent, subject, revision },
    values,
    person,
    via: 'console' as const,
    place: 'console:cowork-ops',
  };
  return textOf((await performAct(answering(world), request)).view);
}

/** A person types `/cowork …`; answers what that person alone reads. */
export const type = async (world: World, person: string, words: string): Promise<string> =>
  textOf((await answerWords(answering(world), words, { person, via: 'console' })).view);

const answering = ({ ground, product }: World): Answering => ({
  ...{ ...ground, worker: 'product', fence: async () => product.fence, homeProblems: async () => [] },
});
