import { elapsedOf } from '../../../clock.ts';
import type { MessageView } from '../../../message/view.ts';
import { type ChatAdapter, DeliveryError, type Post } from '../../adapter.ts';
import { withoutSecrets } from '../../connect/plain-error.ts';
import type { SlackMessage } from '../block-kit.ts';
import type { Slack } from '../slack.ts';
import { channelOf } from './address.ts';
import { inDirect } from './direct.ts';
import { codeOf, deliveryErrorOf, detailsOf } from './failures.ts';
import { findMessage, metadataOf } from './find.ts';
import { drawerOf } from './plainer.ts';

/** One message a second in each channel; short bursts pass (Slack's rule for `chat.postMessage`). */
const PACE = { everyMs: 1000, burst: 5 };

/**
 * What leads up to a call may take that long: one that begins later could still arrive after the sender has given it up
 * as lost and looked for it in vain. With the half of its lease that a sender may go without renewing it, it stays below
 * the lease, so that nobody else sends here by then.
 */
export const LATEST_BEGIN_MS = 5000;

/** Delivery to one workspace. A message carries its token as metadata, by which it is found after a lost answer. */
export const slackAdapter = (slack: Slack): ChatAdapter => new SlackAdapter(slack);

class SlackAdapter implements ChatAdapter {
  readonly platform = 'slack';
  readonly pace = PACE;
  readonly idempotent = false;
  readonly #slack: Slack;

  constructor(slack: Slack) {
    this.#slack = slack;
  }

  post({ place, token, view, thread }: Post): Promise<string> {
    const { chat } = this.#slack.clients.later;
    return this.#at(place, 'post', async (channel, begun) => {
      const { ts } = await this.#say(view, begun, (message) =>
        chat.postMessage({
          channel,
          ...sent(message, token),
          ...QUIET,
          ...(thread === null ? {} : { thread_ts: thread }),
        }),
      );
      // It is there, but nobody said where: as after a lost answer.
      if (ts === undefined) throw new DeliveryError('unknown', 'Slack answered without the id of the message');
      return ts;
    });
  }

  edit(place: string, externalId: string, view: MessageView, token: string): Promise<void> {
    const { chat } = this.#slack.clients.later;
    return this.#at(place, 'edit', async (channel, begun) => {
      await this.#say(view, begun, (message) =>
        chat.update({ channel, ts: externalId, ...sent(message, token), parse: 'none', link_names: false }),
      );
    });
  }

  find(place: string, token: string, since: Date, thread: string | null): Promise<string | null> {
    return this.#at(place, 'find', (channel) => findMessage(this.#slack, { channel, token, since, thread }));
  }

  #say<T>(view: MessageView, begun: number, send: (message: SlackMessage) => Promise<T>): Promise<T> {
    return drawerOf(this.#slack).send(view, (message) => {
      if (this.#now - begun > LATEST_BEGIN_MS)
        throw new DeliveryError('later', 'what leads up to it took too long', { afterMs: 1000 });
      return send(message);
    });
  }

  /** Whatever fails is named in the log with Slack's own words, and thrown as what it means for the place. */
  async #at<T>(place: string, act: string, call: (channel: string, begun: number) => Promise<T>): Promise<T> {
    const { log } = this.#slack.ground;
    const begun = this.#now;
    try {
      return await this.#reach(place, (channel) => call(channel, begun));
    } catch (error) {
      const code = codeOf(error);
      const meant = deliveryErrorOf(error);
      const about = { place, act, code, found: detailsOf(error).messages, means: meant.failure };
      log.warn(about, `Slack did not take a message: ${withoutSecrets(meant.message)}`);
      throw meant;
    }
  }

  /** A private conversation that was noted for another workspace is asked for anew, once. */
  async #reach<T>(place: string, call: (channel: string) => Promise<T>): Promise<T> {
    const find = () => channelOf(this.#slack, place);
    return place.startsWith('slack:@') ? inDirect(this.#slack, find, call) : call(await find());
  }

  get #now(): number {
    return elapsedOf(this.#slack.ground.clock);
  }
}

const QUIET = { unfurl_links: false, unfurl_media: false, parse: 'none', link_names: false } as const;

const sent = ({ text, mrkdwn, blocks }: SlackMessage, token: string) => ({
  text,
  mrkdwn,
  blocks,
  metadata: metadataOf(token),
});
