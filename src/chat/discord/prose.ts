import type { Text } from '../../message/text.ts';
import { isRest, type Matter, mattersOf, titleOf } from '../matters.ts';
import { markdown } from './markdown.ts';
import type { DiscordOptions } from './options.ts';

/**
 * Sentences as they stand; what is a list becomes one, whose entries hang on a narrow screen too: lines below a title,
 * and what belongs to the line above it.
 */
export function proseLines(lines: readonly Text[], options: DiscordOptions): string[] {
  const title = titleOf(lines);
  if (title !== null) return [markdown(title, options), ...lines.slice(1).map((line) => entry(line, options))];
  return mattersOf(lines).flatMap((matter) => matterLines(matter, options));
}

const matterLines = ({ line, details }: Matter, options: DiscordOptions): string[] => [
  markdown(line, options),
  ...details.map((each) => entry(each, options)),
];

const entry = (line: Text, options: DiscordOptions): string =>
  isRest(line) ? markdown(line, options) : `- ${markdown(line, options)}`;
