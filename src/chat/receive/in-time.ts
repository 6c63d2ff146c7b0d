import { PLATFORM_NAMES } from '../../message/platform.ts';
import type { AskRow } from '../../store/schema.ts';
import type { Chat } from '../connect/chat.ts';
import { plainError } from '../connect/plain-error.ts';
import type { Deadline } from '../deadline.ts';
import { TooLate } from '../inbox.ts';
import { within } from '../within.ts';

/**
 * `late` and `failed`: nothing was noted, and nothing will be. `unsure`: it is being committed at this moment, or may have
 * been; where it was, it is done and its answer follows.
 */
export type Came<T> = { ended: 'well'; value: T } | { ended: 'late' | 'unsure' | 'failed' };

/**
 * What is to be known before the acknowledgement, as far as it comes by the arrival's deadline. `work` hands the same
 * deadline to `takeAsk`, which commits nothing once the person is told that nothing was done. `noted` finds in it the ask
 * that was committed after all while it was not sure.
 */
export async function inTime<T>(
  chat: Chat,
  deadline: Deadline,
  work: Promise<T>,
  noted: (value: T) => AskRow | null = () => null,
): Promise<Came<T>> {
  const name = PLATFORM_NAMES[chat.platform];
  try {
    const value = await within(
      chat.ground.clock,
      deadline.leftMs,
      work.then((found) => ({ found })),
    );
    if (value !== 'late') return { ended: 'well', value: value.found };
  } catch (error) {
    if (!(error instanceof TooLate))
      chat.ground.log.error(plainError(error), `What somebody did in ${name} could not be read or noted.`);
    if (!deadline.close()) return { ended: 'unsure' };
    return { ended: error instanceof TooLate ? 'late' : 'failed' };
  }
  const ended = deadline.close() ? 'late' : 'unsure';
  chat.ground.log.warn({ ended }, `What somebody did in ${name} was not noted in time; they are told so.`);
  if (ended === 'late') return { ended };
  chat.after({ unsure: true }, async () => {
    const ask = await work.then(noted, () => null);
    if (ask) await chat.perform(ask);
  });
  return { ended };
}
