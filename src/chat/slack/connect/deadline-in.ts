import type { Clock } from '../../../clock.ts';
import { Deadline } from '../../deadline.ts';

/** Slack waits three seconds, and the way there and back takes some of it; by then our own words are on their way. */
const WORDS_MS = 2000;

export const newDeadline = (clock: Clock, since?: number): Deadline => new Deadline(clock, WORDS_MS, since);

/** The deadline of an arrival, from the `context` that Bolt gives to whoever handles it. */
export function deadlineIn(context: Record<string, unknown>, clock: Clock): Deadline {
  return context.deadline instanceof Deadline ? context.deadline : newDeadline(clock);
}
