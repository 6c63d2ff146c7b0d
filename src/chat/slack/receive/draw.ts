import { drawnSoon } from '../../receive/drawn-soon.ts';
import type { SlackOptions } from '../options.ts';
import type { Slack } from '../slack.ts';

/** How to draw now; while the record cannot be reached, plainly, since somebody waits to be told just that. */
export const drawOptions = (slack: Slack, surface: SlackOptions['surface']): Promise<SlackOptions> =>
  drawnSoon(slack, slack.draw(surface), () => plainOptions(slack, surface));

/** How to draw what nothing of the record is needed for. */
export const plainOptions = ({ ground }: Slack, surface: SlackOptions['surface']): SlackOptions => ({
  ...{ here: { now: ground.clock.now(), zone: 'UTC' }, console: null, idOf: () => null, surface },
});
