import { momentText, type Reader } from '../../../blocks/time.ts';
import type { Ground } from '../../ground.ts';
import { type AlertFound, type SearchFound, search } from '../../reports/search.ts';
import type { SearchView } from '../pages/search.ts';
import { runLine } from './run-line.ts';

const PAGES = { run: '/runs/', review: '/reviews/', alert: '/alerts/', workflow: '/workflows/' } as const;

/** Where the one thing is that a query names, or what it may mean. */
export async function searchView(ground: Ground, words: string): Promise<{ page: string } | { view: SearchView }> {
  const found = await search(ground, words);
  if (found.exact) return { page: `${PAGES[found.exact.kind]}${encodeURIComponent(found.exact.id)}` };
  const { team } = (await ground.homes.active()).home;
  return { view: listed(words.trim(), found, { now: ground.clock.now(), zone: team.timezone, team }) };
}

const listed = (query: string, found: SearchFound, reader: Reader): SearchView => ({
  query,
  workflows: found.workflows,
  runs: found.runs.map((run) => runLine(run, reader)),
  reviews: found.reviews.map(({ review_id, workflow, state, opened_at }) => ({
    ...{ reviewId: review_id, workflow, state },
    opened: momentText(opened_at, reader),
  })),
  alerts: found.alerts.map((alert) => alertOf(alert, reader)),
  more: found.more,
});

const alertOf = ({ alert_id, kind, severity, workflow, state, since }: AlertFound, reader: Reader) => ({
  ...{ alertId: alert_id, kind, severity, state },
  about: workflow ?? 'the product',
  tone: state === 'open' ? ('fail' as const) : state === 'acknowledged' ? ('warn' as const) : ('ok' as const),
  since: momentText(since, reader),
});
