import { momentText, personText, type Reader } from '../../../blocks/time.ts';
import { may } from '../../people/permissions.ts';
import type { Failing } from '../../reports/failing.ts';
import type { Home } from '../../workflows/home.ts';
import type { AlertItem } from '../pages/alert-item.ts';

/** An open alert, and whether this person may take it now. */
export function alertItem(
  alert: Failing,
  home: Home,
  { person, reader }: { person: string | null; reader: Reader },
): AlertItem {
  const { workflow: name } = alert;
  const workflow = name !== null && Object.hasOwn(home.workflows, name) ? home.workflows[name] : undefined;
  return {
    id: alert.alert_id,
    severity: alert.severity,
    kind: alert.kind,
    about: name ?? 'the product',
    runId: alert.run_id,
    reviewId: alert.review_id,
    text: errorText(alert.error),
    since: `${momentText(alert.since, reader)}${alert.count > 1 ? `, ${alert.count} times` : ''}`,
    who: alert.holder ? `${personText(alert.holder, reader)} has it` : 'nobody has it',
    mayTake: alert.holder === null && may(home, person, 'acknowledge', { workflow, now: reader.now }).ok,
  };
}

function errorText(error: Failing['error']): string {
  if (!error) return 'See the run.';
  if (error.message === null) return `${error.class} (details are for those who may see this work)`;
  return error.message ? `${error.class}: ${error.message}` : error.class;
}
