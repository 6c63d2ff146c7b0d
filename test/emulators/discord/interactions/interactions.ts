import { badForm, Refusal } from '../refusal.ts';
import { choicesFaults } from '../rules/choices.ts';
import { modalFaults } from '../rules/modal.ts';
import type { Callback, Channel, Json, Message, Modal, User } from '../shapes.ts';
import { secret } from '../state/ids.ts';
import type { Realm } from '../state/realm.ts';
import { edit, type Written, write } from '../state/write.ts';
import { LOADING, userObject } from '../wire.ts';

const EPHEMERAL = 64;
export const TOKEN_MS = 15 * 60_000;

/** Discord's numbers: 2 a command, 3 a click, 4 a completion, 5 a form. */
export type InteractionType = 2 | 3 | 4 | 5;

export interface Held {
  id: string;
  token: string;
  type: InteractionType;
  at: Date;
  user: User;
  channel: string;
  payload: Json;
  /** What was clicked, or what the form was opened from. */
  source: Message | null;
  callback: Callback | null;
  answeredAt: Date | null;
  /** What `@original` is. */
  original: Message | null;
  settle(): void;
  /** Resolves at the first answer. */
  answered: Promise<void>;
}

/** First answers that Discord takes to each type. */
const ANSWERS: Record<InteractionType, readonly number[]> = {
  2: [4, 5, 9],
  3: [4, 5, 6, 7, 9],
  4: [8],
  5: [4, 5, 6, 7],
};

/** All interactions, their tokens and their answers. */
export class Interactions {
  readonly #realm: Realm;
  readonly #all = new Map<string, Held>();
  readonly #byToken = new Map<string, Held>();

  constructor(realm: Realm) {
    this.#realm = realm;
  }

  open(of: Pick<Held, 'type' | 'user' | 'channel' | 'source'>): Held {
    const id = this.#realm.newId();
    const { promise: answered, resolve: settle } = Promise.withResolvers<void>();
    const at = this.#realm.now();
    const token = `aW50ZXJhY3Rpb246${secret(96)}`;
    const held: Held = {
      ...of,
      id,
      token,
      at,
      payload: {},
      callback: null,
      answeredAt: null,
      original: null,
      settle,
      answered,
    };
    this.#all.set(id, held);
    this.#byToken.set(token, held);
    return held;
  }

  get = (id: string): Held | undefined => this.#all.get(id);

  #age = (held: Held): number => this.#realm.now().getTime() - held.at.getTime();

  /**
   * The interaction that a token belongs to, for edits and what follows the first answer.
   * @throws Refusal 10015 where it is none or has no answer yet, 50027 where it is older than 15 minutes.
   */
  byToken(application: string, token: string): Held {
    const held = this.#byToken.get(token);
    if (!held || application !== this.#realm.application) throw new Refusal(10015);
    if (this.#age(held) >= TOKEN_MS) throw new Refusal(50027);
    if (!held.callback) throw new Refusal(10015);
    return held;
  }

  /**
   * Takes the first answer.
   * @throws Refusal 10062 where it comes too late or belongs to nothing, 40060 where there was one, 50035 for a bad one.
   */
  answer(id: string, token: string, { body, files, base, what }: Written): Held {
    const held = this.#all.get(id);
    if (!held || held.token !== token) throw new Refusal(10062);
    if (held.callback) throw new Refusal(40060);
    if (this.#age(held) >= this.#realm.patienceMs) throw new Refusal(10062);
    const type = Number(body.type);
    const data = (typeof body.data === 'object' ? body.data : null) as Json | null;
    const redraws = type === 6 || type === 7;
    if (!ANSWERS[held.type].includes(type) || (redraws && !held.source))
      throw badForm('/type', 'BASE_TYPE_CHOICES', `an interaction of type ${held.type} is not answered with ${type}`);
    this.#carryOut(held, type, { body: data ?? {}, files, base, what });
    held.callback = { type, data };
    held.answeredAt = this.#realm.now();
    held.settle();
    return held;
  }

  #carryOut(held: Held, type: number, written: Written): void {
    const data = written.body;
    if (type === 4) held.original = this.#say(held, written);
    else if (type === 5) held.original = this.#think(held, Number(data.flags ?? 0));
    else if (type === 6) held.original = held.source;
    else if (type === 7 && held.source) {
      edit(this.#realm, held.source, pointedAt(written));
      held.original = held.source;
    } else if (type === 8) refuse(choicesFaults(data));
    else if (type === 9) {
      refuse(modalFaults(data));
      const open = this.#realm.modals.get(held.user.id) ?? [];
      this.#realm.modals.set(held.user.id, [...open, { modal: data as unknown as Modal, interaction: held.id }]);
    }
  }

  /** @throws Refusal 10003 where the channel is gone by now. */
  #place(held: Held): Channel {
    const channel = this.#realm.channels.get(held.channel);
    if (!channel) throw new Refusal(10003);
    return channel;
  }

  #metadata = (held: Held): Json => ({
    id: held.id,
    type: held.type,
    user: userObject(held.user),
    authorizing_integration_owners: held.payload.authorizing_integration_owners ?? {},
    ...(held.source ? { interacted_message_id: held.source.id } : {}),
  });

  #say(held: Held, written: Written): Message {
    const hidden = (Number(written.body.flags ?? 0) & EPHEMERAL) !== 0;
    return write(this.#realm, this.#place(held), pointedAt(written), {
      type: held.type === 2 ? 20 : 0,
      onlyFor: hidden ? held.user.id : null,
      interaction: this.#metadata(held),
    });
  }

  #think(held: Held, flags: number): Message {
    const hidden = (flags & EPHEMERAL) !== 0;
    const message: Message = {
      id: this.#realm.newId(),
      channel: held.channel,
      author: this.#realm.botUser,
      type: held.type === 2 ? 20 : 0,
      flags: LOADING | (hidden ? EPHEMERAL : 0),
      content: '',
      embeds: [],
      components: [],
      attachments: [],
      nonce: null,
      at: this.#realm.now(),
      edits: 0,
      editedAt: null,
      deleted: false,
      pings: [],
      onlyFor: hidden ? held.user.id : null,
      interaction: this.#metadata(held),
      reference: null,
    };
    return this.#realm.add(message);
  }

  /** One more message by a token; the first one after "thinking" takes its place. */
  follow(held: Held, written: Written): Message {
    const { original } = held;
    if (original && (original.flags & LOADING) !== 0 && !original.deleted) {
      edit(this.#realm, original, written);
      return original;
    }
    const hidden = (Number(written.body.flags ?? 0) & EPHEMERAL) !== 0;
    return write(this.#realm, this.#place(held), written, {
      onlyFor: hidden ? held.user.id : null,
      interaction: this.#metadata(held),
      reference: original ? { type: 0, channel_id: held.channel, message_id: original.id } : null,
    });
  }
}

/** The same body; its faults are told with `/data` before them. */
const pointedAt = (written: Written): Written => ({ ...written, under: '/data' });

function refuse(faults: Refusal['faults']): void {
  if (faults.length > 0)
    throw new Refusal(
      50035,
      faults.map((one) => ({ ...one, pointer: `/data${one.pointer}` })),
    );
}
