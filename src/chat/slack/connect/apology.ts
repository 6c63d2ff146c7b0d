import { fieldOf, type Payload } from '../../connect/payload.ts';

const WORDS =
  'Something went wrong on our side. Try again; the operator finds the reason in the log. If you were about to decide something, look at it again first: it shows what counts.';

/** How a person is told that what they asked for failed before anybody acknowledged it. */
export interface Apology {
  text: string;
  /** What the acknowledgement itself shows; undefined where it can show nothing. */
  ack: unknown;
  /** Where to say it instead: to this person alone, in this channel. Null where there is no such place. */
  to: { channel: string; user: string } | null;
}

/** The apology that fits the payload: in the answer of a command, in the form that was sent, or beside the message. */
export function apologyFor(body: Payload): Apology {
  const text = WORDS;
  if (body.command !== undefined) return { text, ack: { response_type: 'ephemeral', text }, to: null };
  if (body.type === 'view_submission') return { text, ack: { response_action: 'update', view: view(text) }, to: null };
  const channel = fieldOf(body.channel, 'id');
  const user = fieldOf(body.user, 'id');
  const to = typeof channel === 'string' && typeof user === 'string' ? { channel, user } : null;
  return { text, ack: undefined, to };
}

const view = (text: string) => ({
  type: 'modal',
  title: { type: 'plain_text', text: 'Not done' },
  close: { type: 'plain_text', text: 'Close' },
  blocks: [{ type: 'section', text: { type: 'plain_text', text } }],
});
