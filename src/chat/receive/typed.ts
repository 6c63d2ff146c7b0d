import type { MessageView, Part } from '../../message/view.ts';
import type { Values } from '../acts/values.ts';

/** What somebody typed into a form that is closed by now, as a part to be copied from; none where nothing was. */
export function typedParts(values: Values): Part[] {
  const text = Object.values(values).join('\n');
  return text.trim() === '' ? [] : [{ part: 'quote', by: 'What you typed', text }];
}

/** Why a form came to nothing, with what was typed into it above the buttons, so that nobody writes it twice. */
export function withTyped(view: MessageView, values: Values): MessageView {
  const at = view.parts.findIndex(({ part }) => part === 'actions');
  const above = at < 0 ? view.parts.length : at;
  return { ...view, parts: [...view.parts.slice(0, above), ...typedParts(values), ...view.parts.slice(above)] };
}
