import {
  counts,
  each,
  type Fault,
  type Faults,
  isObject,
  type Json,
  listAt,
  objectAt,
  oneOf,
  texts,
  unique,
  walk,
} from '../faults.ts';
import { checkComponent, checkModalComponent } from './check-components.ts';
import { IS_COMPONENTS_V2 } from './components.ts';
import { DISCORD_LIMITS as MOST } from './limits.ts';

/**
 * What Discord would refuse in a message of Components V2 or in a modal (what has a `title`), with a JSON pointer
 * each; empty where it would take it. Stricter in one thing: mentions have to be listed, never read out of the text.
 */
export const checkDiscord = (payload: unknown): Fault[] => [...faultsOf(payload)];

function* faultsOf(payload: unknown): Faults {
  if (!isObject(payload)) return yield { pointer: '', message: 'must be an object' };
  yield* payload.title === undefined ? checkMessage(payload) : checkModal(payload);
  const ids = [...walk(payload.components, '/components')].flatMap(({ value, pointer }) =>
    typeof value.custom_id === 'string' ? [{ value: value.custom_id, pointer: `${pointer}/custom_id` }] : [],
  );
  yield* unique(ids, 'custom_id');
}

function* checkMessage(message: Json): Faults {
  if ((Number(message.flags) & IS_COMPONENTS_V2) === 0) yield { pointer: '/flags', message: 'lacks Components V2' };
  for (const key of ['content', 'embeds', 'poll', 'sticker_ids'])
    if (message[key] !== undefined) yield { pointer: `/${key}`, message: 'does not go with Components V2' };
  yield* checkMentions(objectAt(message.allowed_mentions));
  yield* counts(message.components, '/components', MOST.components);
  yield* each(message.components, '/components', (component, at) => checkComponent(component, at, 'message'));
  const components = [...walk(message.components, '/components')].filter(({ value }) => typeof value.type === 'number');
  if (components.length > MOST.components)
    yield { pointer: '/components', message: `has ${components.length} components in all, at most ${MOST.components}` };
  const text = components.reduce((sum, { value }) => sum + (value.type === 10 ? String(value.content).length : 0), 0);
  if (text > MOST.text)
    yield { pointer: '/components', message: `has ${text} characters of text, at most ${MOST.text}` };
}

function* checkMentions(allowed: Json): Faults {
  if (!Array.isArray(allowed.parse) || allowed.parse.length > 0)
    yield { pointer: '/allowed_mentions/parse', message: 'must be an empty list' };
  yield* counts(allowed.users ?? [], '/allowed_mentions/users', MOST.users, 0);
  for (const [index, user] of listAt(allowed.users).entries())
    if (!/^\d{15,20}$/.test(String(user)))
      yield { pointer: `/allowed_mentions/users/${index}`, message: 'is no user id' };
}

function* checkModal(modal: Json): Faults {
  yield* texts(modal.title, '/title', MOST.modalTitle);
  yield* texts(modal.custom_id, '/custom_id', MOST.customId);
  yield* counts(modal.components, '/components', MOST.modalComponents);
  yield* each(modal.components, '/components', checkModalComponent);
  yield* each(modal.components, '/components', (component, at) => oneOf(component.type, `${at}/type`, [10, 18]));
}
