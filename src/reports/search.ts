import { sql } from 'kysely';
import { alertName } from '../alerts/list.ts';
import type { Ground } from '../ground.ts';
import { reviewName } from '../reviews/review-id.ts';
import type { Db } from '../store/db.ts';
import type { AlertKind, AlertRow, ReviewState } from '../store/schema.ts';
import type { Severity } from '../values/scalars.ts';
import { type ListedRun, listedRun, listedRuns } from './workflow-runs.ts';

/** What a query names; ids, names and states only, as everybody who may read sees them. */
export interface SearchFound {
  /** The one thing that the whole query is the name of; null where it is of none or of several. */
  exact: { kind: 'run' | 'review' | 'alert' | 'workflow'; id: string } | null;
  workflows: { name: string; title: string }[];
  runs: ListedRun[];
  reviews: { review_id: string; workflow: string; state: ReviewState; opened_at: string }[];
  alerts: AlertFound[];
  /** Some of these lists hold more than is told. */
  more: boolean;
}

export interface AlertFound {
  alert_id: string;
  kind: AlertKind;
  severity: Severity;
  workflow: string | null;
  state: AlertRow['state'];
  since: string;
}

export const SEARCH_MOST = 20;
const LONGEST = 200;
/** Fewer hex digits are as likely the end of a run's id. */
const SHORTEST_HASH = 6;
const SHORTEST_PART = 3;

/**
 * Finds by run id (its beginning, or its end: the last characters are unique), `R-128`, `A-57`, workflow name or title, and the
 * beginning of an output hash. Looks at names, never at contents.
 */
export async function search(ground: Ground, words: string): Promise<SearchFound> {
  const query = words.replaceAll('\0', '').trim().slice(0, LONGEST);
  const { home } = await ground.homes.active();
  if (query === '') return { exact: null, workflows: [], runs: [], reviews: [], alerts: [], more: false };
  const lower = query.toLowerCase();
  const workflows = Object.values(home.workflows)
    .filter(({ name, spec }) => name.includes(lower) || spec.title.toLowerCase().includes(lower))
    .map(({ name, spec }) => ({ name, title: spec.title }))
    .toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const [runs, reviews, alerts] = await Promise.all([
    runsNamed(ground.db, lower),
    reviewsNamed(ground.db, numberOf(lower, 'r')),
    alertsNamed(ground.db, numberOf(lower, 'a')),
  ]);
  const found = { workflows, runs, reviews, alerts };
  return {
    exact: exactOf(lower, found),
    workflows: workflows.slice(0, SEARCH_MOST),
    runs: runs.slice(0, SEARCH_MOST),
    reviews: reviews.slice(0, SEARCH_MOST),
    alerts: alerts.slice(0, SEARCH_MOST),
    more: Object.values(found).some((list) => list.length > SEARCH_MOST),
  };
}

function exactOf(
  query: string,
  { workflows, runs, reviews, alerts }: Pick<SearchFound, 'workflows' | 'runs' | 'reviews' | 'alerts'>,
): SearchFound['exact'] {
  const hits = [
    ...workflows.filter(({ name }) => name === query).map(({ name }) => ({ kind: 'workflow' as const, id: name })),
    ...runs
      .filter(({ run_id }) => run_id.toLowerCase() === query)
      .map(({ run_id }) => ({ kind: 'run' as const, id: run_id })),
    ...reviews
      .filter((one) => isNamed(one.review_id, query))
      .map((one) => ({ kind: 'review' as const, id: one.review_id })),
    ...alerts
      .filter((one) => isNamed(one.alert_id, query))
      .map((one) => ({ kind: 'alert' as const, id: one.alert_id })),
  ];
  return hits.length === 1 ? (hits[0] ?? null) : null;
}

/** A number alone may be a review or an alert. */
const isNamed = (id: string, query: string): boolean => id.toLowerCase() === query || id.slice(2) === query;

/** `12` of `R-12` and of `12`, for the letter `r`; null for anything else. */
const numberOf = (query: string, letter: 'r' | 'a'): string | null =>
  new RegExp(`^(?:${letter}-)?([1-9][0-9]{0,14})$`).exec(query)?.[1] ?? null;

/** The digits of a hash as any of our pages writes it: `sha256 ab12 9f03 44cd …`. */
function hashOf(query: string): string | null {
  const digits = query.replace(/^sha256[:\s]*/, '').replace(/[\s…]/g, '');
  return /^[0-9a-f]{6,64}$/.test(digits) && digits.length >= SHORTEST_HASH ? digits : null;
}

/** What stands for anything in a pattern is a character like others. */
const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

async function runsNamed(db: Db, query: string): Promise<ListedRun[]> {
  const hash = hashOf(query);
  if (query.length < SHORTEST_PART) return [];
  const rows = await listedRuns(db)
    .where((where) =>
      where.or([
        where(sql`lower(runs.id)`, 'like', `${literal(query)}%`),
        where(sql`lower(runs.id)`, 'like', `%${literal(query)}`),
        ...(hash === null ? [] : [where('runs.output_hash', 'like', `sha256:${hash}%`)]),
      ]),
    )
    .orderBy('queued_at', 'desc')
    .orderBy('runs.id', 'desc')
    .limit(SEARCH_MOST + 1)
    .execute();
  return rows.map(listedRun);
}

async function reviewsNamed(db: Db, number: string | null): Promise<SearchFound['reviews']> {
  if (number === null) return [];
  const rows = await db
    .selectFrom('reviews')
    .select(['id', 'workflow', 'state', 'opened_at'])
    .where(sql<string>`id::text`, 'like', `${number}%`)
    .orderBy('id')
    .limit(SEARCH_MOST + 1)
    .execute();
  return rows.map(({ id, workflow, state, opened_at }) => ({
    ...{ review_id: reviewName(id), workflow, state },
    opened_at: opened_at.toISOString(),
  }));
}

async function alertsNamed(db: Db, number: string | null): Promise<AlertFound[]> {
  if (number === null) return [];
  const rows = await db
    .selectFrom('alerts')
    .select(['id', 'kind', 'severity', 'workflow', 'state', 'first_at'])
    .where(sql<string>`id::text`, 'like', `${number}%`)
    .orderBy('id')
    .limit(SEARCH_MOST + 1)
    .execute();
  return rows.map(({ id, first_at, ...alert }) => ({
    ...alert,
    alert_id: alertName(id),
    since: first_at.toISOString(),
  }));
}
