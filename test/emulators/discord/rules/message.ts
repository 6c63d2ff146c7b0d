import type { FormFault } from '../refusal.ts';
import type { Attachment, Json, Message } from '../shapes.ts';
import { among, OLD_ROWS, TOP } from './layout.ts';
import {
  anything,
  type Faults,
  fault,
  flag,
  isObject,
  list,
  may,
  number,
  oneOf,
  type Rule,
  shape,
  snowflake,
  string,
  unique,
} from './rule.ts';
import { componentsIn } from './walk.ts';

export const V2 = 32_768;
export const isV2 = (flags: number): boolean => (flags & V2) !== 0;

const MOST_COMPONENTS = 40;
const MOST_TEXT = 4000;
const LEGACY = ['content', 'embeds', 'poll', 'sticker_ids', 'stickers'];

/** Everything at once, or somebody by name: not both. */
const eitherOr: Rule = function* (value, pointer) {
  if (!isObject(value)) return;
  for (const kind of ['users', 'roles']) {
    const all = Array.isArray(value.parse) && value.parse.includes(kind);
    if (all && Array.isArray(value[kind]) && value[kind].length > 0)
      yield fault(
        `${pointer}/parse`,
        'MESSAGE_ALLOWED_MENTIONS_PARSE_EXCLUSIVE',
        `parse:["${kind}"] and ${kind}: [ids...] are mutually exclusive.`,
      );
  }
};

const allowedMentions: Rule = shape(
  {
    parse: may(list({ min: 0, max: 3 }, oneOf('users', 'roles', 'everyone'))),
    users: may(list({ min: 0, max: 100 }, snowflake)),
    roles: may(list({ min: 0, max: 100 }, snowflake)),
    replied_user: may(flag),
  },
  eitherOr,
);

const FIELDS: Record<string, Rule> = {
  flags: may(number(0, 2 ** 31 - 1)),
  content: may(string({ min: 0, max: 2000 })),
  embeds: may(list({ min: 0, max: 10 }, anything)),
  allowed_mentions: may(allowedMentions),
  components: anything,
  attachments: may(list({ min: 0, max: 10 }, anything)),
  nonce: anything,
  enforce_nonce: may(flag),
  tts: may(flag),
  message_reference: anything,
  poll: anything,
  sticker_ids: anything,
  stickers: anything,
  thread_name: anything,
};

/** Names of files that components show, with where. */
function* shownFiles(components: unknown): Generator<{ name: string; pointer: string }> {
  for (const { one, pointer } of componentsIn(components)) {
    const items = Array.isArray(one.items) ? one.items : [];
    const media: [unknown, string][] = [
      [one.media, `${pointer}/media/url`],
      [one.file, `${pointer}/file/url`],
      ...items.map((item, index): [unknown, string] => [
        isObject(item) ? item.media : null,
        `${pointer}/items/${index}/media/url`,
      ]),
    ];
    for (const [value, at] of media) {
      const [, name] = /^attachment:\/\/(.+)$/.exec(isObject(value) ? String(value.url) : '') ?? [];
      if (name !== undefined) yield { name, pointer: at };
    }
  }
}

function* filesFaults(components: unknown, attachments: readonly Attachment[]): Faults {
  for (const { name, pointer } of shownFiles(components)) {
    if (!attachments.some(({ filename }) => filename === name))
      yield fault(
        pointer,
        'UNFURLED_MEDIA_ITEM_REFERENCED_ATTACHMENT_NOT_FOUND',
        `The referenced attachment was not found: ${name}`,
      );
  }
}

/** What all components of a message keep to together. */
function* together(components: unknown): Faults {
  const all = [...componentsIn(components)];
  yield* unique(all, 'custom_id', 'COMPONENT_CUSTOM_ID_DUPLICATED');
  yield* unique(all, 'id', 'COMPONENT_ID_DUPLICATED');
  if (all.length > MOST_COMPONENTS)
    yield fault(
      '/components',
      'COMPONENT_MAX_TOTAL_COMPONENTS_EXCEEDED',
      `${all.length} components in all, at most ${MOST_COMPONENTS}`,
    );
  const text = all.reduce((sum, { one }) => sum + (one.type === 10 ? String(one.content).length : 0), 0);
  if (text > MOST_TEXT)
    yield fault(
      '/components',
      'COMPONENT_DISPLAYABLE_TEXT_SIZE_EXCEEDED',
      `Total displayable text size of ${text} exceeds maximum size of ${MOST_TEXT}`,
    );
}

function* faultsOf(body: Json, { v2, was, attachments }: Place): Faults {
  yield* shape(FIELDS)(body, '');
  if (v2) {
    for (const field of LEGACY) {
      const value = body[field];
      const empty =
        value === null ||
        value === undefined ||
        (was !== null && (value === '' || (Array.isArray(value) && value.length === 0)));
      if (!empty)
        yield fault(
          `/${field}`,
          'MESSAGE_CANNOT_USE_LEGACY_FIELDS_WITH_COMPONENTS_V2',
          `The '${field}' field cannot be used when using MessageFlags.IS_COMPONENTS_V2`,
        );
    }
  }
  const { components } = body;
  if (components === undefined || components === null) {
    if (v2 && was === null) yield fault('/components', 'BASE_TYPE_REQUIRED', 'This field is required');
    if (was) yield* filesFaults(was.components, attachments);
    return;
  }
  const rule = v2 ? list({ max: MOST_COMPONENTS }, among(TOP)) : list({ min: 0, max: 5 }, among(OLD_ROWS));
  yield* rule(components, '/components');
  yield* together(components);
  yield* filesFaults(components, attachments);
}

interface Place {
  v2: boolean;
  /** The message that the body changes. */
  was: Message | null;
  /** What will be attached. */
  attachments: readonly Attachment[];
}

/** What Discord holds against the body of a message. */
export const messageFaults = (body: Json, place: Place): FormFault[] => [...faultsOf(body, place)];

/** Files that nothing in a message of Components V2 shows. */
export function unshown(components: unknown, attachments: readonly Attachment[]): string[] {
  const names = new Set([...shownFiles(components)].map(({ name }) => name));
  return attachments.map(({ filename }) => filename).filter((name) => !names.has(name));
}
