import type { Named, World } from '../../commands/command.ts';
import { alertName } from '../alerts/list.ts';
import { reviewName } from '../reviews/review-id.ts';
import type { ReviewRow, RunRow } from '../store/schema.ts';
import type { Completion } from './completion.ts';

const MOST = 100;

/** The runs and reviews that a command can do something about; every other command is about any. */
const RUNS: Record<string, readonly RunRow['state'][]> = {
  cancel: ['queued', 'running', 'parked'],
  unpark: ['parked'],
  rerun: ['ended'],
};
const REVIEWS: Record<string, readonly ReviewRow['state'][]> = { undo: ['promoted'] };

/** The names of things as they are now, the likeliest first: for a command those that it can do something about. */
export async function namesOf(
  world: World,
  of: Exclude<Named, 'command' | 'period'>,
  command = '',
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
    case 'review':
      return reviews(world, REVIEWS[command] ?? ['open', 'approved', 'promoted']);
    case 'alert':
      return alerts(world);
    case 'run':
      return runs(world, RUNS[command]);
  }
}

/** Open ones first, then those that were promoted of late: what `review` and `undo` are asked about. */
async function reviews({ db }: World, states: readonly ReviewRow['state'][]): Promise<Completion[]> {
  const rows = await db
    .selectFrom('reviews')
    .select(['id', 'workflow', 'state'])
    .where('state', 'in', states)
    .orderBy((order) => order.case().when('state', '=', 'open').then(0).else(1).end())
    .orderBy('id', 'desc')
    .limit(MOST)
    .execute();
  return rows.map(({ id, workflow, state }) => ({ text: reviewName(id), hint: `${workflow}, ${state}` }));
}

async function alerts({ db }: World): Promise<Completion[]> {
  const rows = await db
    .selectFrom('alerts')
    .select(['id', 'workflow', 'severity', 'kind'])
    .where('state', 'in', ['open', 'acknowledged'])
    .orderBy('severity')
    .orderBy('id')
    .limit(MOST)
    .execute();
  return rows.map(({ id, workflow, severity, kind }) => ({
    text: alertName(id),
    hint: [severity, kind, workflow].filter(Boolean).join(' '),
  }));
}

async function runs({ db }: World, states?: readonly RunRow['state'][]): Promise<Completion[]> {
  const rows = await db
    .selectFrom('runs')
    .select(['id', 'state', 'status'])
    .$if(states !== undefined, (some) => some.where('state', 'in', states ?? []))
    .orderBy('queued_at', 'desc')
    .orderBy('id', 'desc')
    .limit(MOST)
    .execute();
  return rows.map(({ id, state, status }) => ({ text: id, hint: status ?? state }));
}
