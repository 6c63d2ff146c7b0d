import { sql } from 'kysely';
import type { Named, World } from '../../commands/command.ts';
import { alertName } from '../alerts/list.ts';
import { reviewName } from '../reviews/review-id.ts';
import type { ReviewRow, RunRow } from '../store/schema.ts';
import type { Completion } from './completion.ts';

const MOST = 100;
/** No name is longer; what is typed may be. */
const LONGEST = 200;

/** The runs and reviews that a command can do something about; every other command is about any. */
const RUNS: Record<string, readonly RunRow['state'][]> = {
  cancel: ['queued', 'running', 'parked'],
  unpark: ['parked'],
  rerun: ['ended'],
};
const REVIEWS: Record<string, readonly ReviewRow['state'][]> = { undo: ['promoted'] };

/** For which command, and what of the name is typed so far. */
export interface Wanted {
  command?: string;
  typed?: string;
}

/**
 * The names of things as they are now, the likeliest first: for a command those that it can do something about. Of runs,
 * items and alerts those whose name begins with what is typed, however old, and then the first hundred.
 */
export async function namesOf(
  world: World,
  of: Exclude<Named, 'command' | 'period'>,
  { command = '', typed = '' }: Wanted = {},
): Promise<Completion[]> {
  switch (of) {
    case 'workflow': {
      const { workflows } = (await world.homes.active()).home;
      return Object.values(workflows).map(({ name, spec }) => ({ text: name, hint: spec.title }));
    }
    case 'person': {
      const { people } = (await world.homes.active()).home.team;
      return Object.entries(people).map(([text, { name }]) => ({ text, hint: name }));
    }
    case 'review': {
      const states = REVIEWS[command] ?? ['open', 'approved', 'promoted'];
      return andFirst(digitsOf('r', typed), (digits) => reviews(world, states, digits));
    }
    case 'alert':
      return andFirst(digitsOf('a', typed), (digits) => alerts(world, digits));
    case 'run':
      return andFirst(startOf(typed), (start) => runs(world, RUNS[command], start));
  }
}

/** What begins with what is typed; without repeating it, what comes first where nothing is. */
async function andFirst(start: string, find: (start: string) => Promise<Completion[]>): Promise<Completion[]> {
  const [beginning, first] = await Promise.all([start === '' ? [] : find(start), find('')]);
  const found = new Set(beginning.map(({ text }) => text));
  return [...beginning, ...first.filter(({ text }) => !found.has(text))];
}

/** Empty where no name begins with it: what no text of the database can hold, and what is too long. */
function startOf(typed: string): string {
  const start = typed.trim().toLowerCase();
  return start.length <= LONGEST && start.isWellFormed() && !start.includes('\0') ? start : '';
}

/** `12` of `R-12`, `r-12` and `12`; empty where it is the beginning of no number. */
function digitsOf(letter: 'r' | 'a', typed: string): string {
  const [, digits = ''] = new RegExp(`^(?:${letter}-)?([1-9][0-9]{0,14})$`, 'i').exec(typed.trim()) ?? [];
  return digits;
}

/** Not by a pattern, in which what is typed could be a sign. */
const begins = (name: ReturnType<typeof sql>, start: string) => sql<boolean>`starts_with(${name}, ${start})`;

/** Open ones first, then those that were promoted of late: what `review` and `undo` are asked about. */
async function reviews({ db }: World, states: readonly ReviewRow['state'][], start: string): Promise<Completion[]> {
  const rows = await db
    .selectFrom('reviews')
    .select(['id', 'workflow', 'state'])
    .where('state', 'in', states)
    .$if(start !== '', (some) => some.where(begins(sql`id::text`, start)))
    .orderBy((order) => order.case().when('state', '=', 'open').then(0).else(1).end())
    .orderBy('id', 'desc')
    .limit(MOST)
    .execute();
  return rows.map(({ id, workflow, state }) => ({ text: reviewName(id), hint: `${workflow}, ${state}` }));
}

async function alerts({ db }: World, start: string): Promise<Completion[]> {
  const rows = await db
    .selectFrom('alerts')
    .select(['id', 'workflow', 'severity', 'kind'])
    .where('state', 'in', ['open', 'acknowledged'])
    .$if(start !== '', (some) => some.where(begins(sql`id::text`, start)))
    .orderBy('severity')
    .orderBy('id')
    .limit(MOST)
    .execute();
  return rows.map(({ id, workflow, severity, kind }) => ({
    text: alertName(id),
    hint: [severity, kind, workflow].filter(Boolean).join(' '),
  }));
}

async function runs(
  { db }: World,
  states: readonly RunRow['state'][] | undefined,
  start: string,
): Promise<Completion[]> {
  const rows = await db
    .selectFrom('runs')
    .select(['id', 'state', 'status'])
    .$if(states !== undefined, (some) => some.where('state', 'in', states ?? []))
    .$if(start !== '', (some) => some.where(begins(sql`lower(id)`, start)))
    .orderBy('queued_at', 'desc')
    .orderBy('id', 'desc')
    .limit(MOST)
    .execute();
  return rows.map(({ id, state, status }) => ({ text: id, hint: status ?? state }));
}
