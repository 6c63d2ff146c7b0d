import { conflict } from '../../errors.ts';
import type { Ground } from '../../ground.ts';

/** Longer than any session lasts, so that it cannot change by itself under a page of one. */
const WITHIN_MS = 8 * 86_400_000;

/**
 * The run that this person started last, '' for none: a form carries it as it was when the page was drawn. Where it is
 * another by the time the form is sent, the form was sent before (a double click, a page reloaded after sending).
 */
export async function lastStarted({ db, clock }: Pick<Ground, 'db' | 'clock'>, person: string | null): Promise<string> {
  if (person === null) return '';
  const row = await db
    .selectFrom('runs')
    .select('id')
    .where('queued_at', '>', new Date(clock.now().getTime() - WITHIN_MS))
    .where('trigger_by', '=', person)
    .orderBy('queued_at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .executeTakeFirst();
  return row?.id ?? '';
}

/** Throws `conflict` where this person has started a run since the form was drawn. */
export async function requireUnsent(ground: Ground, person: string, drawn: string | undefined): Promise<void> {
  const last = await lastStarted(ground, person);
  if (last === (drawn ?? '')) return;
  throw conflict(
    `You have started ${last || 'a run'} since this page was drawn, so nothing more was started: this form was probably sent twice. To start another run, send it from the page as it is now.`,
  );
}

const underWay = new Map<string, Promise<unknown>>();

/** The same thing asked by the same page while it is being done (a double click) is done once, and both get its answer. */
export function onceAtATime<T>(key: string, act: () => Promise<T>): Promise<T> {
  const running = underWay.get(key) as Promise<T> | undefined;
  if (running) return running;
  const started = act().finally(() => underWay.delete(key));
  underWay.set(key, started);
  return started;
}
