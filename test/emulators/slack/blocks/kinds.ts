import type { Json } from '../shapes.ts';
import { alert, card, carousel, container, contextActions, plan, taskCard, video } from './cards.ts';
import { element } from './elements.ts';
import type { Faults, Rule, Surface } from './fault.ts';
import { picture, pictureFields, plain, text } from './objects.ts';
import { blockId, chart, dataTable, table } from './records.ts';
import { richText } from './rich-text.ts';
import { all, atLeastOne, exactlyOne, flag, isObject, list, may, oneOf, shape, string, whole } from './rules.ts';

const is = (type: string): Rule => oneOf(type);

const contextElement: Rule = function* (value, pointer, place): Faults {
  yield* isObject(value) && value.type === 'image' ? picture(value, pointer, place) : text()(value, pointer, place);
};

const onePrimary: Rule = function* (value, pointer): Faults {
  const elements = (value as Json).elements;
  const primary = Array.isArray(elements) ? elements.filter((one) => (one as Json)?.style === 'primary') : [];
  if (primary.length > 1) yield { pointer: `${pointer}/elements`, message: 'more than one primary button in a group' };
};

const RULES: Record<string, Rule> = {
  section: shape(
    {
      type: is('section'),
      block_id: blockId,
      text: may(text()),
      fields: may(list({ max: 10 }, text(2000))),
      accessory: may(element('section')),
      expand: may(flag),
    },
    atLeastOne('text', 'fields'),
  ),
  header: shape({ type: is('header'), block_id: blockId, text: plain(150), level: may(whole(1, 4)) }),
  divider: shape({ type: is('divider'), block_id: blockId }),
  context: shape({ type: is('context'), block_id: blockId, elements: list({ max: 10 }, contextElement) }),
  actions: all(
    shape({ type: is('actions'), block_id: blockId, elements: list({ max: 25 }, element('actions')) }),
    onePrimary,
  ),
  input: shape({
    type: is('input'),
    block_id: blockId,
    label: plain(2000),
    hint: may(plain(2000)),
    optional: may(flag),
    element: element('input'),
    dispatch_action: may(flag),
  }),
  image: shape(
    { type: is('image'), block_id: blockId, title: may(plain(2000)), ...pictureFields },
    exactlyOne('image_url', 'slack_file'),
  ),
  markdown: shape({ type: is('markdown'), block_id: blockId, text: string({ max: 12_000 }) }),
  rich_text: richText,
  video,
  table,
  data_table: dataTable,
  data_visualization: chart,
  card,
  carousel,
  alert,
  context_actions: contextActions,
  task_card: taskCard,
  plan,
  container: container((value, pointer, place) => block(value, pointer, place)),
};

const EVERYWHERE: readonly Surface[] = ['message', 'modal', 'home'];

/** Where Slack takes a block; those that are not named, everywhere. */
const SURFACES: Record<string, readonly Surface[]> = {
  markdown: ['message'],
  table: ['message'],
  data_table: ['message'],
  data_visualization: ['message'],
  context_actions: ['message'],
  task_card: ['message'],
  plan: ['message'],
  container: ['message', 'home'],
  card: ['message', 'home'],
  carousel: ['message', 'home'],
  alert: ['modal'],
};

/** One block on the surface that it is meant for. */
export function* block(value: unknown, pointer: string, place: Parameters<Rule>[2]): Faults {
  const type = isObject(value) ? String(value.type) : 'nothing';
  const rule = Object.hasOwn(RULES, type) ? RULES[type] : undefined;
  if (!rule) return yield { pointer: `${pointer}/type`, message: `unsupported type: ${type}` };
  if (!(SURFACES[type] ?? EVERYWHERE).includes(place.surface)) {
    yield { pointer: `${pointer}/type`, message: `${type} is not supported on a ${place.surface}` };
  }
  yield* rule(value, pointer, { ...place, host: type });
}
