import type { Text } from '../../message/text.ts';
import { endsInColon, isList, isRest, type Matter, mattersOf, titleOf } from '../matters.ts';
import { markdown } from './markdown.ts';
import type { DiscordOptions } from './options.ts';

/**
 * Sentences as they stand; what is a list becomes one: lines below a title, lines below one that ends in a colon, lines
 * that are like rows, and lines that have details of their own, which then hang below them on a narrow screen too.
 */
export function proseLines(lines: readonly Text[], options: DiscordOptions): string[] {
  const title = titleOf(lines);
  if (title !== null) return [markdown(title, options), ...lines.slice(1).map((line) => entry(line, options))];
  const matters = mattersOf(lines);
  if (isList(matters)) return lines.map((line) => entry(line, options));
  return matters.flatMap((matter) => matterLines(matter, options));
}

function matterLines({ line, details }: Matter, options: DiscordOptions): string[] {
  if (details.length === 0) return [markdown(line, options)];
  if (endsInColon(line)) return [markdown(line, options), ...details.map((each) => entry(each, options))];
  return [entry(line, options), ...details.map((each) => `  ${entry(each, options)}`)];
}

const entry = (line: Text, options: DiscordOptions): string =>
  isRest(line) ? markdown(line, options) : `- ${markdown(line, options)}`;
