import { conflict, invalid, notFound } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { requireMay } from '../people/permissions.ts';
import { audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import { tell } from '../store/outbox.ts';
import type { PauseRow } from '../store/schema.ts';
import type { Home } from '../workflows/home.ts';
import { openPauses, pauseWords } from './pause-state.ts';
import { type Asker, actorOf } from './permit.ts';

/** Without a person the service is meant; only the operator's own tool (`via: 'cli'`) may speak for it here. */
export interface PauseRequest extends Asker {
  /** One workflow, or null for all. */
  workflow: string | null;
  reason: string;
  /** When it ends by itself. */
  until?: Date | null | undefined;
}

export interface ResumeRequest extends Asker {
  workflow: string | null;
}

const LONGEST_REASON = 500;

/**
 * Stops one workflow's schedule, or every schedule, until resumed or `until`: slots that come meanwhile are skipped, runs
 * that are under way go on. Refuses without permission, without a reason, with an end in the past, and where the same
 * pause is already in force (`conflict`, naming who paused).
 */
export async function pause(ground: Ground, request: PauseRequest): Promise<{ pause_id: number }> {
  const now = ground.clock.now();
  const { home } = await ground.homes.active();
  allow(home, request, now, 'pause');
  const reason = request.reason.replaceAll('\0', '').trim();
  if (reason === '') throw invalid('Say why it is paused; the others will read it.');
  if (reason.length > LONGEST_REASON) throw invalid(`The reason is too long; ${LONGEST_REASON} characters are kept.`);
  const until = request.until ?? null;
  if (until && until <= now) throw invalid('The end of the pause has passed already; give a later one, or none.');
  return ground.db.transaction().execute(async (tx) => {
    await endPauses(tx, now);
    const inserted = await tx
      .insertInto('pauses')
      .values({
        workflow: request.workflow,
        reason,
        paused_by: actorOf(request),
        via: request.via,
        paused_at: now,
        until,
      })
      .onConflict((taken) => taken.doNothing())
      .returning('id')
      .executeTakeFirst();
    if (!inserted) throw await alreadyPaused(tx, home, request.workflow, now);
    await audit(tx, { ...entryOf(request, now, 'schedule.paused'), data: { pause_id: inserted.id, reason, until } });
    await tell(tx, now, { kind: 'pause', pause_id: inserted.id });
    return { pause_id: inserted.id };
  });
}

/**
 * Ends the pause of one workflow, or the pause of all (single workflows that were paused by themselves stay so; `stays`
 * names their pauses, or the pause of all that still holds this workflow). Refuses without permission, or if not paused.
 */
export async function resume(ground: Ground, request: ResumeRequest): Promise<{ pause_id: number; stays: PauseRow[] }> {
  const now = ground.clock.now();
  const { home } = await ground.homes.active();
  allow(home, request, now, 'resume');
  return ground.db.transaction().execute(async (tx) => {
    await endPauses(tx, now);
    const ended = await tx
      .updateTable('pauses')
      .set({ ended_at: now, ended_by: actorOf(request) })
      .where('ended_at', 'is', null)
      .where('workflow', 'is not distinct from', request.workflow)
      .returning('id')
      .executeTakeFirst();
    const open = await openPauses(tx, now);
    if (!ended) throw notPaused(home, request.workflow, open);
    await audit(tx, { ...entryOf(request, now, 'schedule.resumed'), data: { pause_id: ended.id } });
    await tell(tx, now, { kind: 'pause', pause_id: ended.id });
    return { pause_id: ended.id, stays: open.filter((each) => request.workflow === null || each.workflow === null) };
  });
}

/** Marks the pauses whose end has come; returns how many. Any number of processes may ask. */
export async function endPauses(tx: Tx, now: Date): Promise<number> {
  const ended = await tx
    .updateTable('pauses')
    .set({ ended_at: now, ended_by: 'service' })
    .where('ended_at', 'is', null)
    .where('until', '<=', now)
    .returning(['id', 'workflow'])
    .execute();
  for (const { id, workflow } of ended) {
    const data = { pause_id: id, because: 'its end had come' };
    await audit(tx, { at: now, act: 'schedule.resumed', actor: 'service', via: 'schedule', workflow, data });
    await tell(tx, now, { kind: 'pause', pause_id: id });
  }
  return ended.length;
}

function allow(home: Home, request: Asker & { workflow: string | null }, now: Date, act: 'pause' | 'resume'): void {
  const { workflow: name, person } = request;
  const workflow = name !== null && Object.hasOwn(home.workflows, name) ? home.workflows[name] : undefined;
  if (person !== null || request.via !== 'cli') {
    requireMay(home, person, name === null ? `${act}_all` : act, { workflow, now });
  }
  // A pause outlives its workflow's file, so resuming needs no such file.
  if (name !== null && !workflow && act === 'pause') {
    const names = Object.keys(home.workflows).sort();
    throw notFound(`There is no workflow named ${name}. This home has: ${names.join(', ') || 'none'}.`);
  }
}

const entryOf = (request: ResumeRequest, at: Date, act: 'schedule.paused' | 'schedule.resumed') => ({
  at,
  act,
  actor: actorOf(request),
  operator: request.operator,
  via: request.via,
  workflow: request.workflow,
});

const scopeOf = (workflow: string | null): string => workflow ?? 'Everything';

async function alreadyPaused(tx: Tx, home: Home, workflow: string | null, now: Date): Promise<Error> {
  const holder = (await openPauses(tx, now)).find((each) => each.workflow === workflow);
  const words = holder ? ` ${pauseWords(home.team, holder)}` : '';
  return conflict(`${scopeOf(workflow)} is already paused${words}. Resume it first to change the reason or the end.`);
}

function notPaused(home: Home, workflow: string | null, open: PauseRow[]): Error {
  const all = open.find((each) => each.workflow === null);
  if (workflow !== null && all) {
    return conflict(
      `${workflow} has no pause of its own; everything is paused ${pauseWords(home.team, all)}. Resume all.`,
    );
  }
  const single = open.map((each) => each.workflow).join(', ');
  const hint = workflow === null && single ? ` Paused by themselves: ${single}; resume those by name.` : '';
  return conflict(`${workflow ?? 'Not everything'} is ${workflow === null ? '' : 'not '}paused.${hint}`);
}
