import { elapsedOf } from '../../../clock.ts';
import type { MessageView } from '../../../message/view.ts';
import { type ChatAdapter, DeliveryError, type Post, type TalkState } from '../../adapter.ts';
import { forgetDirect } from '../../connect/direct.ts';
import { fieldOf } from '../../connect/payload.ts';
import { withoutSecrets } from '../../connect/plain-error.ts';
import type { Discord } from '../discord.ts';
import { channelOf, isDirect, requireOurServer } from './address.ts';
import { drawnFor, type Pictured } from './draw.ts';
import { codeOf, deliveryErrorOf, fault } from './failures.ts';
import { findMessage } from './find.ts';
import { marked, nonceOf, showsThe } from './mark.ts';
import { patchMessage } from './patch.ts';
import { lacking, lackWords, saysLack, TO_POST } from './permissions.ts';
import { asAnswer, type Into, leaveThread, sayBelow } from './thread.ts';

/** Five messages in five seconds in each channel; whatever else Discord limits is left to the library's queue. */
const PACE = { everyMs: 1000, burst: 5 };

/** Discord lets few messages that are older than an hour be changed: what is not pressing is changed every ten minutes. */
const SPARING = { olderThanMs: 60 * 60_000, everyMs: 10 * 60_000 };

/**
 * What leads up to a call may take that long: one that begins later could still arrive after the sender has given it up
 * as lost and looked for it in vain.
 */
export const LATEST_BEGIN_MS = 5000;
/** Later than that so many times on end, it is no matter of a moment, and counts as what fails. */
const MOST_LATE = 3;
const MOST_LATE_KEPT = 1000;

/** Delivery to one server. A message carries marks of its token, by which it is found after a lost answer. */
export const discordAdapter = (discord: Discord): ChatAdapter => new DiscordAdapter(discord);

class DiscordAdapter implements ChatAdapter {
  readonly platform = 'discord';
  readonly pace = PACE;
  readonly sparing = SPARING;
  readonly idempotent = false;
  readonly #discord: Discord;
  /** How often on end a message began too late, by its token. */
  readonly #late = new Map<string, number>();

  constructor(discord: Discord) {
    this.#discord = discord;
  }

  post({ place, token, view, thread, name = '' }: Post): Promise<string> {
    return this.#at(place, 'post', async (channel, begun) => {
      const ids: string[] = [];
      const send = (into: Into) => this.#say(view, { token, begun }, (drawn) => this.#create(into, drawn, token, ids));
      try {
        if (thread === null) return await send({ channel });
        if (isDirect(place)) return await send(asAnswer({ channel, message: thread }));
        return await sayBelow(this.#discord, { channel, message: thread, name }, send);
      } catch (error) {
        throw standing(error, ids.at(-1));
      }
    });
  }

  edit(place: string, externalId: string, view: MessageView, token: string): Promise<void> {
    return this.#at(place, 'edit', async (channel, begun) => {
      await this.#mayStillPost(place);
      return this.#say(view, { token, begun }, (drawn) => this.#change({ channel, message: externalId }, drawn, token));
    });
  }

  find(place: string, token: string, since: Date, thread: string | null, until?: Date): Promise<string | null> {
    return this.#at(place, 'find', (channel) =>
      findMessage(this.#discord, {
        ...{ channel, token, since, thread: isDirect(place) ? null : thread },
        until: until ?? this.#discord.ground.clock.now(),
      }),
    );
  }

  talk(place: string, externalId: string, talk: TalkState): Promise<boolean> {
    if (isDirect(place)) return Promise.resolve(true);
    return this.#at(place, 'talk', (channel) =>
      leaveThread(this.#discord, { channel, message: externalId, name: talk.name }, talk),
    );
  }

  /** A repeated post is answered with the first one, which may have shown the fact as it was then. `ids`: what stands now. */
  async #create({ channel, reference }: Into, drawn: Pictured, token: string, ids: string[]): Promise<string> {
    const { message, attachments, files } = drawn;
    const sent = marked(message, token);
    const answer = await this.#discord.rest.later.post(`/channels/${channel}/messages`, {
      body: {
        ...sent,
        ...{ nonce: nonceOf(token), enforce_nonce: true },
        ...(attachments.length > 0 ? { attachments } : {}),
        ...(reference ? { message_reference: reference } : {}),
      },
      files: [...files],
    });
    const id = fieldOf(answer, 'id');
    // It is there, but nobody said where: as after a lost answer.
    if (typeof id !== 'string') throw new DeliveryError('unknown', 'Discord answered without the id of the message');
    ids.push(id);
    const where = String(fieldOf(answer, 'channel_id') ?? channel);
    if (!showsThe(sent, answer)) await this.#change({ channel: where, message: id }, drawn, token);
    return id;
  }

  async #change(at: { channel: string; message: string }, drawn: Pictured, token: string): Promise<void> {
    const { message, attachments, files } = drawn;
    await patchMessage(this.#discord, at, { body: { ...marked(message, token), attachments }, files: [...files] });
  }

  #say<T>(
    view: MessageView,
    { token, begun }: { token: string; begun: number },
    send: (drawn: Pictured) => Promise<T>,
  ): Promise<T> {
    return drawnFor(this.#discord, view, (drawn) => {
      if (this.#now - begun > LATEST_BEGIN_MS) throw this.#tooLate(token);
      this.#late.delete(token);
      return send(drawn);
    });
  }

  /** The place waits for a moment; where that does not help, this message is tried like one that fails, and given up. */
  #tooLate(token: string): DeliveryError {
    const times = (this.#late.get(token) ?? 0) + 1;
    if (this.#late.size >= MOST_LATE_KEPT) this.#late.clear();
    this.#late.set(token, times);
    return times < MOST_LATE
      ? new DeliveryError('later', 'what leads up to it took too long', { afterMs: 1000 })
      : new DeliveryError('unknown', `what leads up to it took too long ${times} times on end`);
  }

  /** Whatever fails is named in the log with Discord's own number, and thrown as what it means for the place. */
  async #at<T>(place: string, act: string, call: (channel: string, begun: number) => Promise<T>): Promise<T> {
    const { log } = this.#discord.ground;
    const begun = this.#now;
    try {
      this.#discord.guild();
      return await this.#reach(place, (channel) => call(channel, begun));
    } catch (error) {
      const code = codeOf(error);
      const meant = await this.#named(place, deliveryErrorOf(error), code);
      const about = { place, act, code, found: fault(error), means: meant.failure };
      log.warn(about, `Discord did not take a message: ${withoutSecrets(meant.message)}`);
      throw meant;
    }
  }

  /** Discord says that a permission is missing, and never which: we look it up. */
  async #named(place: string, meant: DeliveryError, code: number | null): Promise<DeliveryError> {
    if (isDirect(place) || (code !== 50_001 && code !== 50_013)) return meant;
    const lacks = await lacking(this.#discord, place.slice('discord:'.length), TO_POST);
    if (lacks === null || lacks.length === 0) return meant;
    return new DeliveryError('away', `${lackWords(lacks)} (${code})`, { cause: meant.cause });
  }

  /**
   * Discord takes edits where the bot may not post: a place would be well with each edit and away with each post. That it
   * lacks the right is noted by whichever process tried last.
   */
  async #mayStillPost(place: string): Promise<void> {
    const known = await this.#discord.ground.db
      .selectFrom('places')
      .select('last_error')
      .where('place', '=', place)
      .where('state', '=', 'away')
      .executeTakeFirst();
    if (!known || !saysLack(known.last_error)) return;
    const lacks = await lacking(this.#discord, place.slice('discord:'.length), TO_POST);
    if (lacks === null || lacks.length > 0) throw new DeliveryError('away', known.last_error);
  }

  /** A private conversation that was noted for another bot is asked for anew, once. */
  async #reach<T>(place: string, call: (channel: string) => Promise<T>): Promise<T> {
    const channel = await channelOf(this.#discord, place);
    if (!isDirect(place)) await requireOurServer(this.#discord, channel);
    try {
      return await call(channel);
    } catch (error) {
      const foreign = codeOf(error) === 10_003 || codeOf(error) === 50_001;
      if (!foreign || !isDirect(place)) throw error;
    }
    await forgetDirect(this.#discord, channel);
    return call(await channelOf(this.#discord, place));
  }

  get #now(): number {
    return elapsedOf(this.#discord.ground.clock);
  }
}

/** What failed after Discord named the message: it is there, and shows what it did at an earlier attempt. */
function standing(error: unknown, posted: string | undefined): unknown {
  if (posted === undefined) return error;
  const { failure, message, afterMs, everywhere, only, cause } = deliveryErrorOf(error);
  const options = { everywhere, only, posted, cause, ...(afterMs === null ? {} : { afterMs }) };
  return new DeliveryError(failure, message, options);
}
