import type { Json } from '../shapes.ts';

/** Something that can be acted on, in the block that holds it; of an overflow, one of its options. */
export interface Control {
  block: string;
  element: Json;
  option: Json | null;
  label: string;
  /** What a screen reader says in place of the label. */
  spoken: string;
}

const plain = (text: unknown): string => String((text as Json | undefined)?.text ?? '');
const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

/** Every block, those inside of containers, cards and carousels with them. */
export function flat(blocks: readonly Json[]): Json[] {
  return blocks.flatMap((block) => {
    const inner = block.type === 'container' ? listOf(block.child_blocks) : [];
    return [block, ...flat(inner), ...flat(block.type === 'carousel' ? listOf(block.elements) : [])];
  });
}

/** Elements that stand in a block, in the order they are drawn. */
export function elementsOf(block: Json): Json[] {
  const element = block.element === undefined ? [] : [block.element as Json];
  const accessory = block.accessory === undefined ? [] : [block.accessory as Json];
  const rows = ['actions', 'context_actions'].includes(String(block.type)) ? listOf(block.elements) : [];
  const card = block.type === 'card' ? listOf(block.actions) : [];
  return [...element, ...accessory, ...rows, ...card];
}

/** All buttons and options of overflows. */
export function controls(blocks: readonly Json[]): Control[] {
  return flat(blocks).flatMap((block) =>
    elementsOf(block).flatMap((element): Control[] => {
      const at = { block: String(block.block_id), element };
      const spoken = String(element.accessibility_label ?? '');
      if (element.type === 'button' || element.type === 'icon_button') {
        return [{ ...at, option: null, label: plain(element.text), spoken }];
      }
      if (element.type !== 'overflow') return [];
      return listOf(element.options).map((option) => ({ ...at, option, label: plain(option.text), spoken: '' }));
    }),
  );
}

/**
 * The one control that bears the label, or says it aloud.
 * @throws Error where there is none, or several and `nth` does not say which.
 */
export function controlBy(blocks: readonly Json[], label: string | RegExp, nth?: number): Control {
  const fits = (text: string) => (typeof label === 'string' ? text === label : label.test(text));
  const all = controls(blocks);
  const found = all.filter((one) => fits(one.label) || (one.spoken !== '' && fits(one.spoken)));
  const chosen = found[nth ?? 0];
  const there = all.map((one) => one.spoken || one.label).join(' | ');
  if (!chosen) throw new Error(`no button "${label}" stands here; there are: ${there || 'none'}`);
  if (found.length > 1 && nth === undefined) {
    throw new Error(`${found.length} buttons "${label}" stand here (say which with nth); there are: ${there}`);
  }
  return chosen;
}
