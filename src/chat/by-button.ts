import { type CoworkError, notFound } from '../errors.ts';
import { command } from '../message/text.ts';

/** What is decided at what one has seen: a button's name, and the command that shows the thing with that button. */
const BUTTONS: Record<string, { press: string; show: 'review' }> = {
  approve: { press: 'Approve', show: 'review' },
  reject: { press: 'Reject…', show: 'review' },
  ask: { press: 'Ask for a change…', show: 'review' },
  look: { press: 'Look…', show: 'review' },
  files: { press: 'Get the files', show: 'review' },
};

/** Acts on an alert are commands of their own, behind its name. */
const ALERT_ACTS: Record<string, string> = {
  ...{ ack: 'ack', acknowledge: 'ack', assign: 'assign', silence: 'silence', resolve: 'resolve' },
};

/** The command that a verb without one belongs to: `review` for `approve`. */
export function shownBy(verb: string): string | undefined {
  if (Object.hasOwn(BUTTONS, verb)) return BUTTONS[verb]?.show;
  return Object.hasOwn(ALERT_ACTS, verb) ? 'alert' : undefined;
}

/**
 * What to say to `approve R-3` and the like, typed where only a button does it, so that nobody decides what they have not
 * seen; null for every other word.
 */
export function byButton(word: string, subject: string | undefined): CoworkError | null {
  const verb = word.toLowerCase();
  if (Object.hasOwn(ALERT_ACTS, verb)) {
    const alert = /^A-\d{1,12}$/i.test(subject ?? '') ? String(subject).toUpperCase() : 'A-57';
    return notFound([`${verb} is typed behind alert. Write: `, command(`alert ${ALERT_ACTS[verb]} ${alert}`)]);
  }
  const button = Object.hasOwn(BUTTONS, verb) ? BUTTONS[verb] : undefined;
  if (!button) return null;
  const named = /^R-\d{1,12}$/i.test(subject ?? '');
  const item = named ? String(subject).toUpperCase() : 'R-128';
  return notFound([
    `${verb} is a button, not a command, so nothing was done. Open ${named ? item : 'the item, for example'} with `,
    command(`${button.show} ${item}`),
    ` and press ${button.press}.`.replace(/…\.$/, '…'),
  ]);
}
