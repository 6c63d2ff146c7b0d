import type { Text } from '../../message/text.ts';
import { isRest, type Matter, mattersOf, titleOf } from '../matters.ts';
import { markdown } from './markdown.ts';
import type { DiscordOptions } from './options.ts';

/**
 * Sentences as they stand; what is a list becomes one, whose entries hang on a narrow screen too: lines below a title,
 * what belongs to the line above it, and lines that are like rows.
 */
export function proseLines(lines: readonly Text[], options: DiscordOptions): string[] {
  const title = titleOf(lines);
  if (title !== null) return [markdown(title, options), ...lines.slice(1).map((line) => entry(line, options))];
  const matters = mattersOf(lines);
  if (isList(matters)) return lines.map((line) => entry(line, options));
  return matters.flatMap((matter) => matterLines(matter, options));
}

/** Several lines that are each a few pieces side by side, as of a table: where they wrap, nothing else tells them apart. */
function isList(matters: readonly Matter[]): boolean {
  const entries = matters.filter(({ line }) => !isRest(line));
  return entries.length > 1 && entries.every(({ line, details }) => details.length === 0 && hasPieces(line));
}

const hasPieces = (line: Text): boolean => line.some((span) => typeof span === 'string' && span.includes(' · '));

const matterLines = ({ line, details }: Matter, options: DiscordOptions): string[] => [
  markdown(line, options),
  ...details.map((each) => entry(each, options)),
];

const entry = (line: Text, options: DiscordOptions): string =>
  isRest(line) ? markdown(line, options) : `- ${markdown(line, options)}`;
