import type { MessageView } from '../../../message/view.ts';
import type { SlackMessage } from '../block-kit.ts';
import { plainError } from '../connect/library-log.ts';
import { directChannel } from '../deliver/direct.ts';
import { drawnAmiss } from '../deliver/failures.ts';
import type { SlackOptions } from '../options.ts';
import { renderSlack } from '../render.ts';
import type { Slack } from '../slack.ts';
import { drawOptions } from './draw.ts';
import { postJson } from './post-json.ts';
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

type Way = (message: SlackMessage) => Promise<unknown>;

/** Slack reads nothing into what we say, and adds nothing to it. */
const QUIET = { unfurl_links: false, unfurl_media: false, parse: 'none', link_names: false } as const;
const PATIENCE_MS = 5000;
/** For a workspace that does not take the newer blocks. */
const PLAINER = { tables: true, charts: 'text' } as const;

/**
 * Tells one person alone, where they asked: by the address that Slack gave for it, else beside the message, else in the
 * private conversation. No message that others read is replaced. False where no way led there, which is logged; what was
 * asked for is done all the same.
 */
export async function answerPrivately(slack: Slack, to: AnswerTo, view: MessageView): Promise<boolean> {
  const options = await drawOptions(slack, 'message');
  for (const [name, way] of waysTo(slack, to)) {
    try {
      await drawnFor(view, options, way);
      return true;
    } catch (error) {
      slack.ground.log.info(
        { way: name, user: to.sender, ...plainError(error) },
        'A private answer takes another way.',
      );
    }
  }
  slack.ground.log.warn({ user: to.sender, channel: to.channel }, 'A private answer reached nobody.');
  return false;
}

/** With the newer blocks, else without them. */
async function drawnFor(view: MessageView, options: SlackOptions, way: Way): Promise<void> {
  try {
    await way(renderSlack(view, options));
  } catch (error) {
    if (!drawnAmiss(error) && !(error instanceof NotTaken && error.drawn)) throw error;
    await way(renderSlack(view, { ...options, plainer: PLAINER }));
  }
}

function waysTo(slack: Slack, { sender, channel, thread, responseUrl, everybody }: AnswerTo): [string, Way][] {
  const { chat } = slack.clients.now;
  const below = thread === null ? {} : { thread_ts: thread };
  const heard = everybody ? { response_type: 'in_channel' } : {};
  const ways: [string, Way][] = [];
  if (responseUrl !== null && isSlackAddress(slack, responseUrl))
    ways.push(['response_url', (message) => respond(responseUrl, { ...message, ...below, ...heard })]);
  if (sender === '') return ways;
  if (channel !== null && /^[CG]/.test(channel)) {
    ways.push([
      'beside the message',
      (message) => chat.postEphemeral({ channel, user: sender, ...message, ...QUIET, ...below }),
    ]);
  }
  ways.push([
    'private conversation',
    async (message) => chat.postMessage({ channel: await directChannel(slack, sender), ...message, ...QUIET }),
  ]);
  return ways;
}

/** Slack did not take what was sent to a `response_url`: it is used up, too old, or the drawing is at fault. */
class NotTaken extends Error {
  readonly drawn: boolean;

  constructor(status: number, said: string) {
    super(`Slack did not take the answer (HTTP ${status}${said ? `, ${said}` : ''})`);
    this.name = 'NotTaken';
    this.drawn = /invalid_blocks|too_long|only_one_table/.test(said);
  }
}

async function respond(url: string, message: object): Promise<void> {
  const answer = { response_type: 'ephemeral', replace_original: false, ...message, ...QUIET };
  const { status: statusCode, said } = await postJson(url, answer, { patienceMs: PATIENCE_MS, most: 200 });
  const taken = statusCode >= 200 && statusCode < 300 && !/"ok"\s*:\s*false/.test(said);
  if (!taken) throw new NotTaken(statusCode, errorIn(said));
}

/** Slack's word for what is wrong; nothing else of what it said. */
const errorIn = (said: string): string => /[a-z]+(?:_[a-z]+)+/.exec(said)?.[0] ?? '';
