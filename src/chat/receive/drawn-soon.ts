import type { Chat } from '../connect/chat.ts';
import { plainError } from '../connect/plain-error.ts';
import { within } from '../within.ts';

const PATIENCE_MS = 1000;

/** How to draw now; while the record cannot be reached, plainly, since somebody waits to be told just that. */
export async function drawnSoon<T>({ ground }: Pick<Chat, 'ground'>, options: Promise<T>, plain: () => T): Promise<T> {
  try {
    const found = await within(ground.clock, PATIENCE_MS, options);
    if (found !== 'late') return found;
  } catch (error) {
    ground.log.warn(plainError(error), 'How to draw could not be found out; an answer is drawn plainly.');
  }
  return plain();
}
