import type { AskRow } from '../../../store/schema.ts';
import { endAsk } from '../../inbox.ts';
import { within } from '../../within.ts';
import { plainError } from '../connect/library-log.ts';
import type { Slack } from '../slack.ts';

/** Slack waits three seconds, and the way there and back takes some of it. */
const IN_TIME_MS = 2000;

export type Came<T> = { ended: 'well'; value: T } | { ended: 'late' } | { ended: 'failed' };

/**
 * What is to be known before the acknowledgement, as far as it comes in time. Where it does not, the person is told that
 * nothing was done; so what `noted` finds in it afterwards is ended undone.
 */
export async function inTime<T>(
  slack: Slack,
  work: Promise<T>,
  noted: (value: T) => Pick<AskRow, 'id'> | null,
): Promise<Came<T>> {
  try {
    const value = await within(
      slack.ground.clock,
      IN_TIME_MS,
      work.then((found) => ({ found })),
    );
    if (value !== 'late') return { ended: 'well', value: value.found };
  } catch (error) {
    slack.ground.log.error(plainError(error), 'What somebody did in Slack could not be read or noted.');
    return { ended: 'failed' };
  }
  slack.ground.log.warn('What somebody did in Slack could not be noted in time; they are told that nothing was done.');
  slack.after({ late: true }, async () => {
    const ask = await work.then(noted, () => null);
    if (ask) await endAsk(slack.ground, ask, 'too late to be done: the person was told that nothing was done');
  });
  return { ended: 'late' };
}
