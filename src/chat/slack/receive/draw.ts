import { plainError } from '../../connect/plain-error.ts';
import { within } from '../../within.ts';
import type { SlackOptions } from '../options.ts';
import type { Slack } from '../slack.ts';

const PATIENCE_MS = 1000;

/** How to draw now; while the record cannot be reached, plainly, since somebody waits to be told just that. */
export async function drawOptions(slack: Slack, surface: SlackOptions['surface']): Promise<SlackOptions> {
  const { clock, log } = slack.ground;
  try {
    const options = await within(clock, PATIENCE_MS, slack.draw(surface));
    if (options !== 'late') return options;
  } catch (error) {
    log.warn(plainError(error), 'How to draw for Slack could not be found out; an answer is drawn plainly.');
  }
  return plainOptions(slack, surface);
}

/** How to draw what nothing of the record is needed for. */
export const plainOptions = ({ ground }: Slack, surface: SlackOptions['surface']): SlackOptions => ({
  ...{ here: { now: ground.clock.now(), zone: 'UTC' }, console: null, idOf: () => null, surface },
});
