import { sql } from 'kysely';
import { notFound } from '../errors.ts';
import { command } from '../message/text.ts';
import type { Db, Tx } from '../store/db.ts';
import { statement } from '../store/statement.ts';
import { reviewName } from './review-id.ts';

/** A review with what deciding needs to know of its run, in one statement. Throws `not_found`. */
export async function loadItem(db: Db | Tx, id: number) {
  const [item] = (await itemById(db, { id })).rows;
  if (!item) throw notFound([`There is no review ${reviewName(id)}. `, command('queue'), ' lists the open ones.']);
  return item;
}

export type Item = Awaited<ReturnType<typeof loadItem>>;

export const itemQuery = (db: Db | Tx) =>
  db
    .selectFrom('reviews')
    .innerJoin('runs', 'runs.id', 'reviews.run_id')
    .selectAll('reviews')
    .select([
      'runs.folder',
      'runs.snapshot_id',
      'runs.trigger_by',
      'runs.scheduled_for',
      'runs.queued_at',
      'runs.started_at',
    ]);

const itemById = statement((db, given: { id: number }) => itemQuery(db).where('reviews.id', '=', given.id));

/** The run an item is about, in the shape that names its folder and its target. */
export const runOf = (item: Item) => ({
  id: item.run_id,
  workflow: item.workflow,
  folder: item.folder,
  scheduled_for: item.scheduled_for,
  queued_at: item.queued_at,
  started_at: item.started_at,
});

/** What was staged, by path as bytes. */
export const recordedOutputs = async (db: Db | Tx, run_id: string) => (await outputsOf(db, { run_id })).rows;

const outputsOf = statement((db, given: { run_id: string }) =>
  db
    .selectFrom('outputs')
    .select(['path', 'bytes', 'sha256', 'stamp'])
    .where('run_id', '=', given.run_id)
    .orderBy(sql`path collate "C"`),
);

export type RecordedOutput = Awaited<ReturnType<typeof recordedOutputs>>[number];
