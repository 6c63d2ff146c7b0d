import type { Answer } from '../../../commands/command.ts';
import { type Click, decodeAction } from '../../message/action.ts';
import { PLATFORM_NAMES } from '../../message/platform.ts';
import type { MessageView } from '../../message/view.ts';
import type { AskRow } from '../../store/schema.ts';
import { performAct } from '../acts.ts';
import type { Chat } from '../connect/chat.ts';
import { fieldOf } from '../connect/payload.ts';
import { plainError } from '../connect/plain-error.ts';
import { endAsk } from '../inbox.ts';
import { olderButton, wentWrong } from './words.ts';

/** What an adapter noted of a click or a form. */
export interface AskedClick {
  /** What the button carried, and with a form what it held. */
  code: string;
  values: Record<string, string>;
  member: boolean;
}

/** What a click came to. */
export interface Done {
  answer: Answer;
  /** For the operator. */
  outcome: string;
  /** Of a refusal. */
  code: string | null;
}

const said = (view: MessageView): Answer => ({ view, json: null, exit: 1 });

/** Does what a click or a form asks for; never rejects, since a fault of ours is an answer as well. */
export async function doClick(chat: Chat, ask: AskRow, asked: AskedClick): Promise<Done> {
  const click = decodeAction(asked.code);
  if (!click) return { answer: said(olderButton(asked.code)), outcome: 'unreadable', code: null };
  const { intent, subject } = click;
  try {
    const answer = await acted(chat, ask, asked, click);
    const code = fieldOf(fieldOf(answer.json, 'error'), 'code');
    const word = answer.exit === 0 ? 'done' : String(code ?? 'refused');
    return { answer, outcome: `${intent} ${subject}: ${word}`, code: typeof code === 'string' ? code : null };
  } catch (error) {
    const where = PLATFORM_NAMES[chat.platform];
    chat.ground.log.error(
      { ask: ask.id, intent, subject, ...plainError(error) },
      `What somebody clicked in ${where} failed.`,
    );
    return { answer: said(wentWrong()), outcome: `${intent} ${subject}: failed`, code: null };
  }
}

async function acted(chat: Chat, ask: AskRow, { values, member }: AskedClick, click: Click): Promise<Answer> {
  const { platform: via } = chat;
  const { id, person, sender, place } = ask;
  const world = await chat.world();
  return performAct(world, { click, values, person, member, sender, via, place: place ?? `${via}:`, ask: id });
}

/** Notes the end; the answer is null where another taking has the ask, and only to look again where nobody knows. */
export async function endClick(
  chat: Chat,
  ask: AskRow,
  came: Done,
): Promise<Omit<Done, 'answer'> & { answer: Answer | null }> {
  try {
    return (await endAsk(chat.ground, ask, came.outcome)) ? came : { ...came, answer: null };
  } catch (error) {
    const where = PLATFORM_NAMES[chat.platform];
    chat.ground.log.error({ ask: ask.id, ...plainError(error) }, `The end of a click in ${where} was not noted yet.`);
    return { ...came, answer: said(wentWrong()), code: null };
  }
}

/** What the person can mend, or send again later. */
export const mendable = (code: string | null): boolean => code === 'invalid' || code === 'unavailable';
