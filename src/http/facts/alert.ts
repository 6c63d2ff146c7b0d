import { alertView as messageOf } from '../../../blocks/alert.ts';
import type { Reader } from '../../../blocks/time.ts';
import type { Ground } from '../../ground.ts';
import { alertFact } from '../../reports/alert-fact.ts';
import { lastStarted } from '../channel/last-started.ts';
import type { AlertPageView } from '../pages/alert.ts';
import type { Viewer } from '../pages/layout.ts';

/** All that the page of one alert shows; buttons only for somebody who is signed in. Throws `not_found`. */
export async function alertView(ground: Ground, id: number, viewer: Pick<Viewer, 'person'>): Promise<AlertPageView> {
  const fact = await alertFact(ground, id);
  const { team, workflows } = (await ground.homes.active()).home;
  const reader: Reader = { now: ground.clock.now(), zone: team.timezone, team };
  const message = messageOf(fact, reader);
  const parts = viewer.person === null ? message.parts.filter(({ part }) => part !== 'actions') : message.parts;
  return {
    name: fact.alert_id,
    message: { ...message, parts },
    runId: fact.run?.run_id ?? null,
    reviewId: fact.review_id,
    workflow: fact.workflow !== null && Object.hasOwn(workflows, fact.workflow) ? fact.workflow : null,
    here: { now: reader.now, zone: reader.zone },
    asked: await lastStarted(ground, viewer.person),
  };
}
