import type { Text } from '../src/message/text.ts';
import { type MessageView, plainView } from '../src/message/view.ts';
import { time } from './say.ts';

/** A link that signs one person in, for that person's eyes only: a button, and the whole address to be copied. */
export function signInLinkView({ url, until, running }: { url: string; until: Date; running: boolean }): MessageView {
  const head: Text = [
    'Here is your link to the console. It works once, until ',
    time(until, 'moment'),
    '; keep it to yourself.',
  ];
  const idle: Text[] = running ? [] : [['No console runs now; start it first: cowork-ops start.']];
  const view = plainView('info', head, [url], ...idle);
  const path = url.slice(new URL(url).origin.length);
  return {
    ...view,
    parts: [...view.parts, { part: 'actions', actions: [{ intent: 'open', label: 'Sign in', path }] }],
  };
}
