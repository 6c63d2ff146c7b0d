import { sentencesView } from '../../../blocks/sentences.ts';
import type { Words } from '../../errors.ts';
import type { Action, Click } from '../../message/action.ts';
import { type Elsewhere, PLATFORM_NAMES } from '../../message/platform.ts';
import { command } from '../../message/text.ts';
import type { MessageView } from '../../message/view.ts';

const show = (subject: string, label: string): Action => ({ intent: 'command', subject, label, style: 'plain' });

/** The button that shows what an unreadable code seems to be about; of foreign text only an id of ours is taken over. */
function lookAt(code: string): Action {
  const [name] = /\b[RA]-[1-9][0-9]{0,8}\b/.exec(code) ?? [];
  if (name?.startsWith('R')) return show(`review ${name}`, `Look at ${name}`);
  if (name?.startsWith('A')) return show(`alert show ${name}`, `Look at ${name}`);
  return show('status', 'Show status');
}

/** For a button that this product cannot read: of an older one, of another app, or made up. */
export const olderButton = (code: string): MessageView =>
  sentencesView(
    'This button is from an older version of the message. Nothing was done. Look at it as it is now and decide there.',
    'warn',
    { part: 'actions', actions: [lookAt(code)] },
  );

export const olderForm = (): MessageView =>
  sentencesView(
    'This form is from an older version of the product. Nothing was done. Open it anew from the message.',
    'warn',
  );

/** For who clicks while the record cannot be reached. */
export const notInTime = (): MessageView => sentencesView(`${NOT_IN_TIME} Click again in a minute.`, 'fail');

export const NOT_IN_TIME = 'The database did not answer in time. Nothing was done.';

/** While a commit is under way that nobody has heard the end of. */
export const NOT_SURE = 'The database did not answer in time, so it is not sure whether this was noted.';

export const notSure = (): MessageView =>
  sentencesView(
    `${NOT_SURE} If it was, it is done now and you are told what came of it; look at it before you repeat it.`,
    'fail',
  );

/** A fault of ours before anything was noted. */
export const notNoted = (): MessageView =>
  sentencesView(
    'Something went wrong on our side, and the operator finds the reason in the log. Nothing was done. Try again in a minute.',
    'fail',
  );

/** What is said where it was not noted, or not in time. */
export function cameTo(ended: 'late' | 'unsure' | 'failed'): MessageView {
  if (ended === 'failed') return notNoted();
  return ended === 'late' ? notInTime() : notSure();
}

export const notOpened = (what: string, platform: Elsewhere): MessageView =>
  sentencesView(`${PLATFORM_NAMES[platform]} did not open ${what} in time. Nothing was done. Click again.`, 'warn');

/** For a form that its platform refuses however often one clicks; `fields` are the names of what it asks for. */
export const notShown = (click: Pick<Click, 'intent' | 'subject'>, fields: readonly string[]): MessageView =>
  sentencesView(
    [
      'This form cannot be shown here, and the operator finds the reason in the log. Nothing was done. ',
      ...typedInstead(click, fields),
    ],
    'fail',
  );

/** What to do without the form: a command with a gap for each thing to fill in, or the console. */
function typedInstead(
  { intent, subject }: Pick<Click, 'intent' | 'subject'>,
  fields: readonly string[],
): Exclude<Words, string> {
  switch (intent) {
    case 'run':
      return ['Type it instead: ', command([intent, subject, ...fields.map((name) => `${name}=…`)].join(' ')), '.'];
    case 'pause':
      return ['Type it instead: ', command(`pause ${subject} --reason …`), '.'];
    case 'assign':
    case 'silence':
    case 'resolve':
      return ['Type it instead: ', command(['alert', intent, subject, ...fields.map(() => '…')].join(' ')), '.'];
    default:
      return ['Do it in the console: ', command('console'), ' leads there.'];
  }
}

/** For the yes of a question that was answered a while ago, and still stands there. */
export const yesAlready = (): MessageView =>
  sentencesView(
    'This was answered before, and it counts once. The message it belongs to shows what came of it.',
    'info',
  );

export const sentAlready = (): MessageView =>
  sentencesView(
    'This form was sent before, and it counts once. The message it belongs to shows what came of it.',
    'info',
  );

/** A fault of ours after it was noted: whoever clicked cannot tell what was done, so they are told how to find out. */
export const wentWrong = (): MessageView =>
  sentencesView(
    'Something went wrong on our side, and the operator finds the reason in the log. Look at it again before you repeat it: it may have been done.',
    'fail',
  );

/** Said where the platform could not tell who somebody is. */
export const unsure = (platform: Elsewhere): MessageView =>
  sentencesView(
    `${PLATFORM_NAMES[platform]} did not tell who you are just now, so nothing is shown. Try again in a minute.`,
    'warn',
  );
