import type { Text } from '../../message/text.ts';
import { endsInColon, isList, isRest, type Matter, mattersOf, titleOf } from '../matters.ts';
import type { Leaf, RichElement, RichSection } from './block-kit.ts';
import type { SlackOptions } from './options.ts';
import { bulleted, leavesOf, linesSection, section } from './rich-text.ts';

/**
 * Sentences as they stand; what is a list becomes one: lines below a title (the first, strong as a whole), lines below
 * one that ends in a colon, lines that are like rows, and lines that have details of their own, which then hang below them
 * on a narrow screen too.
 */
export function proseElements(lines: readonly Text[], options: SlackOptions): RichElement[] {
  const title = titleOf(lines);
  if (title !== null) return [section(leavesOf(title, options)), ...listed(lines.slice(1), options)];
  const matters = mattersOf(lines);
  if (isList(matters)) return listed(lines, options);
  return joined(matters.flatMap((matter) => matterElements(matter, options)));
}

function matterElements({ line, details }: Matter, options: SlackOptions): RichElement[] {
  if (details.length === 0) return [section(leavesOf(line, options))];
  if (endsInColon(line)) return [section(leavesOf(line, options)), ...listed(details, options)];
  return [bulleted([linesSection([line, ...details].map((each) => leavesOf(each, options)))])];
}

/** Lines as the entries of a list, and what was left out below it. */
export function listed(lines: readonly Text[], options: SlackOptions): RichElement[] {
  const entries = lines.filter((line) => !isRest(line)).map((line) => section(leavesOf(line, options)));
  const rest = lines.filter(isRest).map((line) => section(leavesOf(line, options)));
  return [...(entries.length > 0 ? [bulleted(entries)] : []), ...rest];
}

/** Neighbours of one kind as one: lists with all their entries, sentences with a break between them. */
function joined(elements: readonly RichElement[]): RichElement[] {
  const whole: RichElement[] = [];
  for (const element of elements) {
    const last = whole.at(-1);
    if (last?.type === 'rich_text_list' && element.type === 'rich_text_list')
      whole.splice(-1, 1, bulleted([...last.elements, ...element.elements]));
    else if (last?.type === 'rich_text_section' && element.type === 'rich_text_section')
      whole.splice(-1, 1, together(last, element));
    else whole.push(element);
  }
  return whole;
}

const BREAK: Leaf = { type: 'text', text: '\n' };

const together = (above: RichSection, below: RichSection): RichSection => ({
  type: 'rich_text_section',
  elements: [...above.elements, BREAK, ...below.elements],
});
