import { addresses, counts, each, type Faults, type Json, objectAt, oneOf, texts } from '../faults.ts';
import { DISCORD_LIMITS as MOST } from './limits.ts';

type Holder = 'message' | 'container' | 'row' | 'section';

interface Kind {
  in: readonly Holder[];
  check: (component: Json, pointer: string) => Faults;
}

const TOP: readonly Holder[] = ['message', 'container'];

/** The components we know how to hold against Discord's rules, by number, and where Discord takes them. */
const KINDS: Record<number, Kind> = {
  1: { in: TOP, check: checkRow },
  2: { in: ['row', 'section'], check: checkButton },
  3: { in: ['row'], check: checkSelect },
  9: { in: TOP, check: checkSection },
  10: { in: [...TOP, 'section'], check: (text, at) => texts(text.content, `${at}/content`, MOST.text) },
  12: { in: TOP, check: checkGallery },
  14: { in: TOP, check: (line, at) => oneOf(line.spacing ?? 1, `${at}/spacing`, [1, 2]) },
  17: { in: ['message'], check: checkContainer },
};

/** One component inside a message, a container, a row or a section. */
export function* checkComponent(component: Json, pointer: string, holder: Holder): Faults {
  const kind = KINDS[Number(component.type)];
  if (!kind?.in.includes(holder))
    return yield { pointer: `${pointer}/type`, message: `${String(component.type)} does not go into a ${holder}` };
  yield* kind.check(component, pointer);
}

function* checkContainer(container: Json, pointer: string): Faults {
  const color = container.accent_color;
  if (typeof color !== 'number' || !Number.isInteger(color) || color < 0 || color > MOST.color)
    yield { pointer: `${pointer}/accent_color`, message: 'must be a colour' };
  yield* counts(container.components, `${pointer}/components`, MOST.components);
  yield* each(container.components, `${pointer}/components`, (inner, at) => checkComponent(inner, at, 'container'));
}

function* checkRow(row: Json, pointer: string): Faults {
  const at = `${pointer}/components`;
  const menu = Array.isArray(row.components) && row.components.some((inner) => objectAt(inner).type === 3);
  yield* counts(row.components, at, menu ? 1 : MOST.rowButtons);
  yield* each(row.components, at, (inner, where) => checkComponent(inner, where, 'row'));
}

function* checkButton(button: Json, pointer: string): Faults {
  yield* oneOf(button.style, `${pointer}/style`, [1, 2, 3, 4, 5]);
  yield* texts(button.label, `${pointer}/label`, MOST.buttonLabel);
  if (button.style !== 5) return yield* texts(button.custom_id, `${pointer}/custom_id`, MOST.customId);
  yield* addresses(button.url, `${pointer}/url`, MOST.url);
  if (button.custom_id !== undefined) yield { pointer: `${pointer}/custom_id`, message: 'does not go with an address' };
}

function* checkSelect(select: Json, pointer: string): Faults {
  yield* texts(select.custom_id, `${pointer}/custom_id`, MOST.customId);
  yield* texts(select.placeholder, `${pointer}/placeholder`, MOST.placeholder, 0);
  yield* counts(select.options, `${pointer}/options`, MOST.selectOptions);
  yield* each(select.options, `${pointer}/options`, function* (option, at) {
    yield* texts(option.label, `${at}/label`, MOST.optionText);
    yield* texts(option.value, `${at}/value`, MOST.optionText);
  });
  const values = Array.isArray(select.options) ? select.options.map((option) => objectAt(option).value) : [];
  if (new Set(values).size < values.length) yield { pointer: `${pointer}/options`, message: 'has one value twice' };
}

function* checkSection(section: Json, pointer: string): Faults {
  yield* counts(section.components, `${pointer}/components`, MOST.sectionTexts);
  yield* each(section.components, `${pointer}/components`, (inner, at) => checkComponent(inner, at, 'section'));
  yield* checkComponent(objectAt(section.accessory), `${pointer}/accessory`, 'section');
}

function* checkGallery(gallery: Json, pointer: string): Faults {
  yield* counts(gallery.items, `${pointer}/items`, MOST.galleryItems);
  yield* each(gallery.items, `${pointer}/items`, (item, at) =>
    texts(item.description, `${at}/description`, MOST.description, 0),
  );
}

/** One component at the top of a modal. */
export function* checkModalComponent(component: Json, pointer: string): Faults {
  if (component.type === 10) return yield* texts(component.content, `${pointer}/content`, MOST.text);
  yield* texts(component.label, `${pointer}/label`, MOST.label);
  yield* texts(component.description, `${pointer}/description`, MOST.labelDescription, 0);
  const input = objectAt(component.component);
  const at = `${pointer}/component`;
  yield* oneOf(input.type, `${at}/type`, [3, 4]);
  if (input.type === 3) return yield* checkSelect(input, at);
  yield* texts(input.custom_id, `${at}/custom_id`, MOST.customId);
  yield* oneOf(input.style, `${at}/style`, [1, 2]);
  const most = typeof input.max_length === 'number' ? input.max_length : MOST.inputLength;
  if (most < 1 || most > MOST.inputLength)
    yield { pointer: `${at}/max_length`, message: `must be 1 to ${MOST.inputLength}` };
  yield* texts(input.value, `${at}/value`, most, 0);
}
