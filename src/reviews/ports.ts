import { raiseAlert } from '../alerts/raise.ts';
import { recoverAlerts } from '../alerts/recover.ts';
import type { Ground } from '../ground.ts';
import type { RunPorts } from '../runs/ports.ts';
import { briefText } from './brief.ts';
import { openReview } from './open.ts';
import { requestPromotion } from './request-promotion.ts';

/** What the end of a run sets off in this room and in `alerts`, for `main` to hand to `runs`. */
export const runPorts = (ground: Ground): RunPorts => ({
  openReview: (tx, pinned, reasons, briefHash) => openReview(tx, ground, pinned, { reasons, briefHash }),
  requestPromotion: (tx, pinned) => requestPromotion(tx, ground, pinned),
  raiseAlert: (tx, alert) => raiseAlert(tx, ground.clock.now(), alert),
  recoverAlerts: (tx, keys, by) => recoverAlerts(tx, ground.clock.now(), keys, by),
  briefText: (pinned, reasons) => briefText(ground, pinned, reasons),
});
