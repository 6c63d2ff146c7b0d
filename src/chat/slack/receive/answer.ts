import { sentencesView } from '../../../../blocks/sentences.ts';
import type { MessageView } from '../../../message/view.ts';
import { DeliveryError } from '../../adapter.ts';
import { neverConnected } from '../../connect/never-connected.ts';
import { plainError } from '../../connect/plain-error.ts';
import type { SlackMessage } from '../block-kit.ts';
import { drawnBySlack } from '../chart.ts';
import { post } from '../connect/post.ts';
import { directChannel, inDirect } from '../deliver/direct.ts';
import { deliveryErrorOf } from '../deliver/failures.ts';
import { drawerOf } from '../deliver/plainer.ts';
import type { Slack } from '../slack.ts';
import { drawOptions } from './draw.ts';
import { isSlackAddress } from './response-url.ts';

/** Whom a private answer is for, and the ways to them. */
export interface AnswerTo {
  sender: string;
  channel: string | null;
  /** The thread of the message that was clicked. */
  thread: string | null;
  /** Good for five answers within half an hour. */
  responseUrl: string | null;
  /** By that address, for the whole channel: whoever asked said so. Every other way leads to that person alone. */
  everybody?: boolean | undefined;
}

/** One way to whom an answer is for. */
interface Way {
  name: string;
  send(message: SlackMessage): Promise<unknown>;
  /** Whether a chart that Slack cannot draw may be a picture there; what one person alone sees names no uploaded file. */
  pictures: boolean;
  /** Everybody hears it: where it may have arrived, the one who asked is told so. */
  everybody?: boolean;
}

const MAYBE_SAID = sentencesView(
  'Slack did not say whether the answer is in the channel. Look there, and ask again if it is not.',
  'warn',
);

function mayBeThere(error: unknown): boolean {
  if (error instanceof NotTaken) return error.unsure;
  return !neverConnected(error) && deliveryErrorOf(error).failure === 'unknown';
}

/** Slack reads nothing into what we say, and adds nothing to it. */
const QUIET = { unfurl_links: false, unfurl_media: false, parse: 'none', link_names: false } as const;
const PATIENCE_MS = 5000;

/**
 * Tells one person alone, where they asked: by the address that Slack gave for it, else beside the message, else in the
 * private conversation. No message that others read is replaced, and nothing is said twice: where Slack did not say whether
 * it took an answer, no other way is tried. False where no way led there, which is logged; what was asked for is done all the
 * same.
 */
export async function answerPrivately(slack: Slack, to: AnswerTo, view: MessageView): Promise<boolean> {
  const options = await drawOptions(slack, 'message');
  for (const { name, send, pictures, everybody = false } of waysTo(slack, to, view)) {
    let begun = false;
    const sent: Way['send'] = (message) => {
      begun = true;
      return send(message);
    };
    try {
      await drawerOf(slack).send(view, sent, { options, pictures, amiss });
      return true;
    } catch (error) {
      const maybe = begun && mayBeThere(error);
      if (maybe && everybody) return answerPrivately(slack, { ...to, everybody: false }, MAYBE_SAID);
      slack.ground.log.info(
        { way: name, user: to.sender, ...plainError(error) },
        maybe ? 'A private answer may have arrived.' : 'A private answer takes another way.',
      );
      if (maybe) return true;
    }
  }
  slack.ground.log.warn({ user: to.sender, channel: to.channel }, 'A private answer reached nobody.');
  return false;
}

const amiss = (error: unknown): boolean => error instanceof NotTaken && error.drawn;

/** A picture that a `response_url` names is often refused, so an answer to all that needs one is posted by the bot itself. */
const needsPicture = ({ parts }: MessageView): boolean =>
  parts.some((part) => part.part === 'chart' && !drawnBySlack(part));

function waysTo(
  slack: Slack,
  { sender, channel, thread, responseUrl, everybody = false }: AnswerTo,
  view: MessageView,
): Way[] {
  const { chat } = slack.clients.once;
  const below = thread === null ? {} : { thread_ts: thread };
  const heard = everybody ? { response_type: 'in_channel' } : {};
  const shared = channel !== null && /^[CG]/.test(channel) ? channel : null;
  const ways: Way[] = [];
  if (everybody && shared !== null && needsPicture(view)) {
    const send: Way['send'] = (message) => chat.postMessage({ channel: shared, ...message, ...QUIET, ...below });
    ways.push({ name: 'in the channel', pictures: true, send, everybody });
  }
  if (responseUrl !== null && isSlackAddress(slack, responseUrl)) {
    const send: Way['send'] = (message) => respond(responseUrl, { ...message, ...below, ...heard });
    ways.push({ name: 'response_url', pictures: everybody, send, everybody });
  }
  if (sender === '') return ways;
  if (shared !== null) {
    const send: Way['send'] = (message) =>
      chat.postEphemeral({ channel: shared, user: sender, ...message, ...QUIET, ...below });
    ways.push({ name: 'beside the message', pictures: false, send });
  }
  const send: Way['send'] = (message) =>
    inDirect(
      slack,
      () => directChannel(slack, sender).catch(notBegun),
      (channel) => chat.postMessage({ channel, ...message, ...QUIET }),
    );
  ways.push({ name: 'private conversation', pictures: true, send });
  return ways;
}

/** Nothing was said yet, however the question for the channel ended. */
function notBegun(error: unknown): never {
  const { message } = deliveryErrorOf(error);
  throw new DeliveryError('later', message, { cause: error });
}

/** Slack did not take what was sent to a `response_url`: it is used up, too old, or the drawing is at fault. */
class NotTaken extends Error {
  readonly drawn: boolean;
  /** What it did before it failed is not known. */
  readonly unsure: boolean;

  constructor(status: number, said: string) {
    super(`Slack did not take the answer (HTTP ${status}${said ? `, ${said}` : ''})`);
    this.name = 'NotTaken';
    this.unsure = status >= 500;
    this.drawn = /invalid_blocks|too_long|only_one_table/.test(said);
  }
}

async function respond(url: string, message: object): Promise<void> {
  const answer = { response_type: 'ephemeral', replace_original: false, ...message, ...QUIET };
  const sent = { type: 'application/json; charset=utf-8', patienceMs: PATIENCE_MS, most: 200 };
  const { status: statusCode, said } = await post(url, JSON.stringify(answer), sent);
  const taken = statusCode >= 200 && statusCode < 300 && !/"ok"\s*:\s*false/.test(said);
  if (!taken) throw new NotTaken(statusCode, errorIn(said));
}

/** Slack's word for what is wrong; nothing else of what it said. */
const errorIn = (said: string): string => /[a-z]+(?:_[a-z]+)+/.exec(said)?.[0] ?? '';
