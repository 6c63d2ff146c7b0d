/** What a button asks for. `command` runs one of the commands that only read, as if it had been typed. */
export const INTENTS = [
  'approve',
  'reject',
  'ask',
  'look',
  'undo',
  'files',
  'acknowledge',
  'assign',
  'silence',
  'resolve',
  'rerun',
  'cancel',
  'unpark',
  'pause',
  'resume',
  'run',
  'command',
] as const;
export type Intent = (typeof INTENTS)[number];

/** One field of a form. Labels and hints are ours; `initial` may be foreign. */
export type Field = {
  name: string;
  /** At most 45 characters (Discord). */
  label: string;
  /** At most 100 characters. */
  hint?: string | undefined;
  required: boolean;
} & (
  | { kind: 'line' | 'lines'; most: number; initial?: string | undefined }
  /** At most 25 choices; the first is chosen where nothing else is. */
  | { kind: 'choice'; choices: readonly { value: string; label: string }[] }
);

/** What is asked for before the act. Declared with the action, since Discord must open it as the first answer. */
export interface Form {
  /** At most 24 characters (Slack). */
  title: string;
  /** At most 24 characters. */
  submit: string;
  /** One to five (Discord). */
  fields: readonly Field[];
}

/** What will happen, said before it does. `text` at most 300 characters (Slack). */
export interface Confirm {
  title: string;
  text: string;
  yes: string;
}

/** A button: a verb, an ellipsis where a form follows. */
export interface Action {
  intent: Intent;
  /** `R-128`, `A-57`, a run id, a workflow, or the words of a command. */
  subject: string;
  /** What the person saw when the button was drawn; the act compares it. Letters, digits, `.` and `-`. */
  revision?: string | undefined;
  label: string;
  style: 'primary' | 'plain' | 'danger';
  /** In the overflow menu, where the platform has one. */
  rare?: boolean | undefined;
  ask?: Form | undefined;
  confirm?: Confirm | undefined;
}

/** A button that only leads to a page of the console. */
export interface LinkAction {
  intent: 'open';
  label: string;
  path: string;
  /** Where it leads to a file: the command by which a chat hands that file over, so that nobody has to leave it. */
  hands?: string | undefined;
  rare?: boolean | undefined;
}

/** A button as a chat that hands over files shows it. */
export function handingOver(action: Action | LinkAction): Action | LinkAction {
  if (action.intent !== 'open' || action.hands === undefined) return action;
  const { hands: subject, label, rare } = action;
  return { intent: 'command', subject, label, style: 'plain', ...(rare ? { rare } : {}) };
}

/** What comes back from a click. */
export interface Click {
  intent: Intent;
  subject: string;
  revision: string | null;
}

/** Discord's limit for what a button carries. */
export const LONGEST_CODE = 100;
const VERSION = 'v1';

/** `v1|approve|R-128|3.ab12cd34ef56`: at most 100 characters. Throws where it would not fit: a button must be whole. */
export function encodeAction({ intent, subject, revision }: Pick<Action, 'intent' | 'subject' | 'revision'>): string {
  if (!/^[\p{L}\p{N} _.:=-]+$/u.test(subject)) throw new Error(`a button cannot carry ${JSON.stringify(subject)}`);
  const text = [VERSION, intent, subject, revision ?? ''].join('|');
  if (text.length > LONGEST_CODE) throw new Error(`a button carries at most ${LONGEST_CODE} characters: ${text}`);
  return text;
}

/** What `encodeAction` made, or null for anything else (an older product, a forged or foreign payload). */
export function decodeAction(code: string): Click | null {
  if (code.length > LONGEST_CODE) return null;
  const [version, intent, subject, revision, ...more] = code.split('|');
  if (version !== VERSION || !isIntent(intent) || !subject || revision === undefined || more.length > 0) return null;
  return { intent, subject, revision: revision === '' ? null : revision };
}

const isIntent = (word: string | undefined): word is Intent => (INTENTS as readonly string[]).includes(word ?? '');
