import type { World } from '../../../commands/command.ts';
import type { MessageView } from '../../message/view.ts';
import { answerWords, type Typist } from '../command-line.ts';
import type { MessageSubject } from './message-subject.ts';
import { noRun, notOurs } from './story-words.ts';

/** What happened to what a message is about, as this person may read it; null: the message is not ours. */
export async function storyOf(world: World, subject: MessageSubject | null, typist: Typist): Promise<MessageView> {
  if (subject === null) return notOurs();
  if (subject.kind === 'other') return noRun(subject.what);
  if (subject.kind === 'alert') return (await answerWords(world, `alert show ${subject.alert}`, typist)).view;
  return storyOfRun(world, subject.run, typist);
}

/** The run in short, then what happened in order: two answers as one message. */
async function storyOfRun(world: World, run: string, typist: Typist): Promise<MessageView> {
  const short = await answerWords(world, `summary ${run}`, typist);
  if (short.exit !== 0) return short.view;
  const whole = await answerWords(world, `audit ${run}`, typist);
  const rest = whole.view.parts.flatMap((part) =>
    part.part === 'headline' ? [{ part: 'prose' as const, lines: [part.text] }] : [part],
  );
  return { ...short.view, parts: [...short.view.parts.filter(({ part }) => part !== 'actions'), ...rest] };
}
