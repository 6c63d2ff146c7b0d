import { type FormFault, Refusal } from '../refusal.ts';
import type { Upload } from '../rest/call.ts';
import { isV2, messageFaults, unshown, V2 } from '../rules/message.ts';
import { textsOf } from '../rules/walk.ts';
import type { Channel, Json, Message } from '../shapes.ts';
import { LOADING } from '../wire.ts';
import { attachmentsAfter } from './attachments.ts';
import { bitsOf, permissionsIn } from './permissions.ts';
import { pingsOf } from './pings.ts';
import type { Realm } from './realm.ts';

const EPHEMERAL = 64;
/** Flags that an app may set on a message: no embeds, private, silent, Components V2. */
const SETTABLE = 4 | EPHEMERAL | 4096 | V2;

/** What a message is made or changed with. */
export interface Written {
  body: Json;
  files: readonly Upload[];
  base: string;
  /** Method and route, for what is held against us. */
  what: string;
  /** Where in the whole request the body stands; nothing unless said. */
  under?: string;
}

function refuse(faults: readonly FormFault[], { under = '' }: Written): void {
  if (faults.length > 0)
    throw new Refusal(
      50035,
      faults.map((one) => ({ ...one, pointer: `${under}${one.pointer}` })),
    );
}

const jsonList = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** Holds uploaded files against us that nothing in the message shows. */
function heedFiles(realm: Realm, message: Message, { files, what }: Written): void {
  if (files.length === 0 || !isV2(message.flags)) return;
  for (const name of unshown(message.components, message.attachments))
    realm.note(`${what}: ${name} is attached and shown by no component`);
}

/** Holds a missing `allowed_mentions` against every body that shows text: Discord would read mentions out of it. */
function heedMentions(realm: Realm, { body, what }: Written): void {
  if (textsOf(body).length > 0 && (typeof body.allowed_mentions !== 'object' || body.allowed_mentions === null))
    realm.note(`${what}: text without allowed_mentions`);
}

const maySay = (realm: Realm, channel: Channel, name: string): boolean =>
  (permissionsIn(realm, realm.botUser, channel) & bitsOf([name])) !== 0n;

/**
 * A new message of the bot's.
 * @throws Refusal 50035 and 50006 for a body that Discord would not take.
 */
export function write(
  realm: Realm,
  channel: Channel,
  written: Written,
  more: Partial<Pick<Message, 'type' | 'onlyFor' | 'interaction' | 'reference' | 'author'>> = {},
): Message {
  const { body, files, base } = written;
  const flags = Number(body.flags ?? 0) & SETTABLE;
  const attachments = attachmentsAfter(realm, base, channel.id, { body, files, before: [] });
  const faults = messageFaults(body, { v2: isV2(flags), was: null, attachments });
  refuse(faults, written);
  const nothing = !body.content && jsonList(body.embeds).length + jsonList(body.components).length === 0;
  if (nothing && attachments.length === 0) throw new Refusal(50006);
  heedMentions(realm, written);
  const message: Message = {
    id: realm.newId(),
    channel: channel.id,
    author: realm.botUser,
    type: 0,
    flags: more.onlyFor ? flags | EPHEMERAL : flags & ~EPHEMERAL,
    content: String(body.content ?? ''),
    embeds: jsonList(body.embeds),
    components: jsonList(body.components),
    attachments,
    nonce: (body.nonce as string | number | undefined) ?? null,
    at: realm.now(),
    edits: 0,
    editedAt: null,
    deleted: false,
    pings: pingsOf(realm, body, maySay(realm, channel, 'MentionEveryone')),
    onlyFor: null,
    interaction: null,
    reference: null,
    ...more,
  };
  heedFiles(realm, message, written);
  return realm.add(message);
}

/**
 * Changes a message: what a body leaves out stays as it is. Components V2 can be added, with everything of the old kind
 * taken away, and never removed.
 * @throws Refusal 50035 and 50006.
 */
export function edit(realm: Realm, message: Message, written: Written): void {
  const { body, files, base } = written;
  const given = body.flags === undefined || body.flags === null ? null : Number(body.flags);
  const was = isV2(message.flags);
  const v2 = was || isV2(given ?? 0);
  if (was && given !== null && !isV2(given)) {
    const fault = { pointer: '/flags', code: 'MESSAGE_CANNOT_REMOVE_COMPONENTS_V2_FLAG' };
    throw new Refusal(50035, [{ ...fault, message: 'Components V2 flag cannot be removed once set' }]);
  }
  const before = message.attachments;
  const attachments = attachmentsAfter(realm, base, message.channel, { body, files, before });
  const after: Json = { content: message.content, embeds: message.embeds, components: message.components, ...body };
  const faults = messageFaults(was ? body : { ...body, content: after.content, embeds: after.embeds }, {
    v2,
    was: message,
    attachments,
  });
  refuse(faults, written);
  const nothing = !after.content && jsonList(after.embeds).length + jsonList(after.components).length === 0;
  if (nothing && attachments.length === 0) throw new Refusal(50006);
  heedMentions(realm, written);
  message.content = String(after.content ?? '');
  message.embeds = jsonList(after.embeds);
  message.components = jsonList(after.components);
  message.attachments = attachments;
  message.flags = (message.flags & ~LOADING) | (v2 ? V2 : 0);
  heedFiles(realm, message, written);
  message.edits += 1;
  message.editedAt = realm.now();
}
