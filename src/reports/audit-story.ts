import { DateTime } from 'luxon';
import { alertName } from '../alerts/list.ts';
import { notFound } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { command } from '../message/text.ts';
import { shortName } from '../people/names.ts';
import { isOpenClass } from '../people/permissions.ts';
import type { Team } from '../people/team.ts';
import { reviewName } from '../reviews/review-id.ts';
import { manifestFacts } from '../runs/manifest-facts.ts';
import { type Manifest, manifestOf } from '../runs/manifest-shape.ts';
import type { Db } from '../store/db.ts';
import type { AuditRow, Via } from '../store/schema.ts';
import { classToday } from '../workflows/class-today.ts';
import { sentenceOf } from './audit-sentences.ts';

/** One act. `at` is ISO 8601 in UTC; `actor` is a person's key or `service`; the sentence has neither. */
export interface StoryLine {
  id: number;
  at: string;
  act: string;
  actor: string;
  /** Who ran the CLI, where that is not the actor. */
  operator: string | null;
  via: Via;
  sentence: string;
}

export interface AuditStory {
  run_id: string;
  workflow: string;
  /** Trigger, versions, paths read and written, connector calls, validation, approvals, promotion: the manifest as of now. */
  record: Manifest;
  story: StoryLine[];
}

/** "What happened?" by run id: the record, and every act in order. Throws `not_found`. */
export async function auditStory(ground: Ground, run_id: string): Promise<AuditStory> {
  const run = await ground.db.selectFrom('runs').selectAll().where('id', '=', run_id).executeTakeFirst();
  if (!run)
    throw notFound([
      `There is no run ${JSON.stringify(run_id.slice(0, 80))}. `,
      command('runs'),
      ' lists the latest ones.',
    ]);
  const [{ home }, facts, rows] = await Promise.all([
    ground.homes.active(),
    manifestFacts(ground.db, run),
    trailOf(ground.db, run_id),
  ]);
  const closed = !isOpenClass(classToday(home, run.workflow, run.data_class));
  const story = rows.map((row) => lineOf(row, home.team, closed));
  return { run_id, workflow: run.workflow, record: manifestOf(facts), story };
}

/** Acts on the run, and what became of its alerts afterwards, which may be the doing of a later run; in order. */
async function trailOf(db: Db, run_id: string): Promise<AuditRow[]> {
  const own = await db.selectFrom('audit').selectAll().where('run_id', '=', run_id).orderBy('id').execute();
  const alerts = [...new Set(own.flatMap((row) => row.alert_id ?? []))];
  if (alerts.length === 0) return own;
  const later = await db
    .selectFrom('audit')
    .selectAll()
    .where('alert_id', 'in', alerts)
    .where('act', 'in', ['alert.acknowledged', 'alert.recovered', 'alert.resolved'])
    .where('run_id', 'is distinct from', run_id)
    .execute();
  return [...own, ...later].sort((a, b) => a.id - b.id);
}

function lineOf(row: AuditRow, team: Team, closed: boolean): StoryLine {
  const told = {
    data: row.data,
    closed,
    review: row.review_id === null ? 'the review' : reviewName(row.review_id),
    alert: row.alert_id === null ? 'the alert' : alertName(row.alert_id),
    name: (key: unknown) => (typeof key === 'string' ? shortName(team, key) : 'nobody'),
    local: (at: unknown) => localText(at, team.timezone),
  };
  const { id, act, actor, operator, via } = row;
  return { id, at: row.at.toISOString(), act, actor, operator, via, sentence: sentenceOf(act, told) };
}

const localText = (at: unknown, zone: string): string => {
  const then = typeof at === 'string' ? DateTime.fromISO(at, { zone }) : null;
  return then?.isValid ? then.setLocale('en-GB').toFormat('ccc d LLL yyyy HH:mm') : 'a time that was not noted';
};
