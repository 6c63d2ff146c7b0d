import type { Action, LinkAction } from '../message/action.ts';
import { type PlainReader, viewText } from '../message/plain.ts';
import type { MessageView } from '../message/view.ts';

/** What every command begins with here. */
export const CLI_COMMAND = 'cowork-ops ';

/** A message on the command line: its text, and instead of buttons the commands that do the same. */
export function answerText(view: MessageView, reader: PlainReader): string {
  const actions = view.parts.flatMap((part) => (part.part === 'actions' ? part.actions : []));
  const text = viewText({ ...view, parts: view.parts.filter(({ part }) => part !== 'actions') }, typedHere(reader));
  const commands = [...new Set(actions.filter(({ rare }) => !rare).flatMap(commandsFor))];
  if (commands.length === 0) return text;
  const [first = '', ...more] = commands.map((words) => `${CLI_COMMAND}${words}`);
  return more.length === 0
    ? `${text}\nNext: ${first}`
    : [text, 'Next:', `  ${first}`, ...more.map((one) => `  ${one}`)].join('\n');
}

/** Words to type are those of this command line. */
const typedHere = (reader: PlainReader): PlainReader => ({ ...reader, commands: CLI_COMMAND });

const AS = '--as <person>';

/** What one would type to do what this button does; nothing where only a page or a message can. */
function commandsFor(action: Action | LinkAction): string[] {
  if (action.intent === 'open') return [];
  const { intent, subject } = action;
  switch (intent) {
    case 'command':
      return [subject];
    case 'approve':
      return [`approve ${subject} --hash ${hashOf(action) ?? '<first 12 of the sha256>'} ${AS}`];
    case 'reject':
    case 'ask':
      return [`${intent} ${subject} --reason <why> ${AS}`];
    case 'files':
      return [`review ${subject} ${AS}`];
    case 'look':
    case 'undo':
      return [`${intent} ${subject} ${AS}`];
    case 'acknowledge':
      return [`alert ack ${subject} ${AS}`];
    case 'assign':
      return [`alert assign ${subject} <to whom> ${AS}`];
    case 'silence':
      return [`alert silence ${subject} 4h <why> ${AS}`];
    case 'resolve':
      return [`alert resolve ${subject} <why> ${AS}`];
    case 'rerun':
      // On an alert the button names the alert, and what it was drawn from is the run.
      return [`rerun ${/^A-\d+$/.test(subject) ? (action.revision ?? '<run>') : subject}`];
    case 'unpark':
      return [`unpark ${subject} --outcome done|repeat|fail`];
    case 'pause':
      return [`pause ${subject} --reason <why>`];
    case 'cancel':
    case 'resume':
    case 'run':
      return [`${intent} ${subject}`];
  }
}

/** A review's button carries what its reader saw: revision, then the beginning of the output hash. */
const hashOf = ({ revision }: Action): string | undefined => /^\d+\.([0-9a-f]{12})\b/.exec(revision ?? '')?.[1];
