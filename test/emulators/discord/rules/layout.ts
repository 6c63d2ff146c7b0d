import { button, id, MESSAGE_MENUS } from './inputs.ts';
import {
  address,
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
  string,
} from './rule.ts';

const MOST_TEXT = 4000;
const description = may(string({ max: 1024 }));

/** The fields that Discord fills in itself and that come back to it in an edit do no harm. */
const media = (...schemes: string[]): Rule => shape({ url: address(2048, ...schemes) });

/** One component of those that may stand here, by its number. */
export const among = (rules: Readonly<Record<number, Rule>>): Rule =>
  function* (value, pointer): Faults {
    const type = isObject(value) ? Number(value.type) : Number.NaN;
    const rule = rules[type];
    if (rule) return yield* rule(value, pointer);
    const allowed = Object.keys(rules).join(', ');
    yield fault(`${pointer}/type`, 'UNION_TYPE_CHOICES', `Value of field "type" must be one of (${allowed}).`);
  };

export const textDisplay: Rule = shape({ type: oneOf(10), id, content: string({ max: MOST_TEXT }) });

const thumbnail = shape({
  type: oneOf(11),
  id,
  media: media('http', 'https', 'attachment'),
  description,
  spoiler: may(flag),
});

const section = shape({
  type: oneOf(9),
  id,
  components: list({ max: 3 }, among({ 10: textDisplay })),
  accessory: among({ 2: button, 11: thumbnail }),
});

const gallery = shape({
  type: oneOf(12),
  id,
  items: list({ max: 10 }, shape({ media: media('http', 'https', 'attachment'), description, spoiler: may(flag) })),
});

const file = shape({ type: oneOf(13), id, file: media('attachment'), spoiler: may(flag) });
const separator = shape({ type: oneOf(14), id, divider: may(flag), spacing: may(oneOf(1, 2)) });

/** Five buttons, or one menu alone. */
const row: Rule = function* (value, pointer) {
  const inside = isObject(value) && Array.isArray(value.components) ? value.components : [];
  const menus = inside.filter((one) => isObject(one) && one.type !== 2).length;
  const most = menus > 0 ? 1 : 5;
  if (inside.length > most)
    yield fault(
      `${pointer}/components`,
      'COMPONENT_LAYOUT_WIDTH_EXCEEDED',
      `${inside.length} components are wider than a row (${most})`,
    );
  const rule = list({ max: 25 }, among({ 2: button, ...MESSAGE_MENUS }));
  yield* shape({ type: oneOf(1), id, components: rule })(value, pointer);
};

/** What stands in a container and beside one. */
export const INNER: Record<number, Rule> = {
  1: row,
  9: section,
  10: textDisplay,
  12: gallery,
  13: file,
  14: separator,
};

const container = shape({
  type: oneOf(17),
  id,
  accent_color: may(number(0, 0xffffff)),
  spoiler: may(flag),
  components: list({ max: 40 }, among(INNER)),
});

export const TOP: Record<number, Rule> = { ...INNER, 17: container };

/** Rows alone, as in messages without Components V2. */
export const OLD_ROWS: Record<number, Rule> = { 1: row };
