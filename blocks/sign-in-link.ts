import type { Text } from '../src/message/text.ts';
import { type MessageView, plainView } from '../src/message/view.ts';
import { code, time } from './say.ts';

interface SignInLink {
  url: string;
  until: Date;
  /** Whether something answers there now. */
  running: boolean;
  /** The reader may sit at another machine, and the address is one of this machine alone. */
  onlyHere?: boolean;
}

const ONLY_HERE: Text = [
  'It opens only on the machine that Cowork Ops runs on. For a link that opens anywhere, set ',
  code('PUBLIC_URL'),
  ' to the address at which people reach the console, and restart Cowork Ops.',
];

/** A link that signs one person in, for that person's eyes only: a button, and the whole address to be copied. */
export function signInLinkView({ url, until, running, onlyHere = false }: SignInLink): MessageView {
  const head: Text = [
    'Here is your link to the console. It works once, until ',
    time(until, 'moment'),
    '; keep it to yourself.',
  ];
  const idle: Text[] = running ? [] : [['No console runs now; start it first: ', code('cowork-ops start'), '.']];
  const view = plainView(onlyHere ? 'warn' : 'info', head, ...(onlyHere ? [ONLY_HERE] : []), [url], ...idle);
  const path = url.slice(new URL(url).origin.length);
  return {
    ...view,
    parts: [...view.parts, { part: 'actions', actions: [{ intent: 'open', label: 'Sign in', path }] }],
  };
}
