import type { Action, LinkAction } from './action.ts';
import type { PersonSpan, Span, Text } from './text.ts';
import type { MessageView, Part } from './view.ts';

/** Every text of a part that is made of spans, in reading order. */
export function textsOf(part: Part): readonly Text[] {
  switch (part.part) {
    case 'headline':
    case 'footnote':
      return [part.text];
    case 'facts':
      return part.facts.map(({ value }) => value);
    case 'prose':
      return part.lines;
    case 'checklist':
      return part.items.flatMap(({ label, value }) => (value ? [label, value] : [label]));
    case 'records':
      return part.rows.flat();
    case 'chart':
    case 'file':
    case 'quote':
    case 'links':
    case 'actions':
      return [];
  }
}

/** Every span that the parts show. */
export const spansOf = (parts: readonly Part[]): Span[] => parts.flatMap((part) => textsOf(part).flat());

/** Those who are to be pinged by what the parts show, each once. */
export function pingsOf(parts: readonly Part[]): PersonSpan[] {
  const pings = spansOf(parts).filter((span) => typeof span !== 'string' && span.kind === 'person' && span.ping);
  return [...new Map((pings as PersonSpan[]).map((span) => [span.key, span])).values()];
}

/** All buttons of a message, in order. */
export const actionsOf = ({ parts }: Pick<MessageView, 'parts'>): (Action | LinkAction)[] =>
  parts.flatMap((part) => (part.part === 'actions' ? part.actions : []));
