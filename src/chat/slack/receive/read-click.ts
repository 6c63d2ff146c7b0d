import { fieldOf, type Payload } from '../../connect/payload.ts';

/** A click as Slack tells of it; everything else in the payload is left alone. */
export interface Clicked {
  actionId: string;
  /** When, by Slack's clock: two clicks differ in it, two deliveries of one do not. */
  actionTs: string;
  /** What the button or the chosen option carries. */
  code: string;
  /** It only led to a page; Slack tells of that too. */
  link: boolean;
  trigger: string | null;
  channel: string | null;
  ts: string | null;
  thread: string | null;
  responseUrl: string | null;
  view: ClickedView | null;
}

export interface ClickedView {
  id: string;
  hash: string | null;
  home: boolean;
  metadata: string;
}

const LONGEST = 300;

/** Null too for what no id holds and the record cannot keep. */
const word = (value: unknown, longest = LONGEST): string | null =>
  typeof value === 'string' && value !== '' && value.length <= longest && isKept(value) ? value : null;

const isKept = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** Never fails: what is not there, or is not what it should be, is null or empty. */
export function readClick(body: Payload): Clicked {
  const action = Array.isArray(body.actions) ? body.actions[0] : undefined;
  const { message, container } = body;
  const option = fieldOf(action, 'selected_option');
  const code = word(fieldOf(action, 'value')) ?? word(fieldOf(option, 'value')) ?? '';
  const ts = word(fieldOf(message, 'ts')) ?? word(fieldOf(container, 'message_ts'));
  const thread = word(fieldOf(message, 'thread_ts')) ?? word(fieldOf(container, 'thread_ts'));
  const url = word(body.response_url, 3000);
  return {
    actionId: word(fieldOf(action, 'action_id')) ?? '',
    actionTs: word(fieldOf(action, 'action_ts')) ?? '',
    code,
    link: code === 'open' || fieldOf(action, 'url') !== undefined || fieldOf(option, 'url') !== undefined,
    trigger: word(body.trigger_id),
    channel: word(fieldOf(body.channel, 'id')) ?? word(fieldOf(container, 'channel_id')),
    ts,
    thread: thread === ts ? null : thread,
    responseUrl: url !== null && /^https?:\/\//.test(url) ? url : null,
    view: readView(body.view),
  };
}

function readView(view: unknown): ClickedView | null {
  const id = word(fieldOf(view, 'id'));
  if (id === null) return null;
  const metadata = word(fieldOf(view, 'private_metadata'), 3000) ?? '';
  return { id, hash: word(fieldOf(view, 'hash')), home: fieldOf(view, 'type') === 'home', metadata };
}
