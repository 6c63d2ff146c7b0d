import type { Ground } from '../ground.ts';
import { hashCore } from '../message/core.ts';
import { hashView } from '../message/hash.ts';
import type { MessageView } from '../message/view.ts';
import type { Tx } from '../store/db.ts';
import type { DeliveryRow, MessageRow } from '../store/schema.ts';
import { type ChatAdapter, DeliveryError } from './adapter.ts';
import { aboutWords, type Drawing } from './drawing.ts';
import { newToken, saidOf } from './due.ts';
import { noteNothingBuried } from './health.ts';
import { plan, type Step, TALK } from './plan.ts';
import { endDeliveries, saySkipped } from './send-own.ts';
import { forgetMessage, noteThereAgain, sayFixed, sayTakenAway, sayTwin } from './taken-away.ts';
import { noteMaybeTwin } from './twins.ts';

/** Everything one message to a platform needs besides the ground. */
export interface RemotePorts {
  adapter: ChatAdapter;
  /**
   * Waits for the same as `call` does, so that the row of a message is committed only right before it is made: a stop
   * while it waits would else leave one behind that looks as if its answer was lost.
   */
  ready(): Promise<void>;
  /**
   * Waits until the pace allows another call, sees that the place is still ours, then calls; a call that does not answer
   * in time fails as `unknown`.
   */
  call<T>(act: () => Promise<T>): Promise<T>;
  /** The same without the pace, for what a platform counts apart from the messages of the place: their rooms for talk. */
  callAside<T>(act: () => Promise<T>): Promise<T>;
}

/**
 * Says one thing at a place of a platform. Before a message is made, its row with its token is committed, so that after a
 * crash or a lost answer the platform is asked for it instead of being told twice. Throws a `DeliveryError`.
 */
export async function sendRemote(
  ground: Ground,
  ports: RemotePorts,
  delivery: DeliveryRow,
  drawing: Drawing | null,
): Promise<void> {
  const { again, waitMs } = drawing ? await say(ground, ports, delivery, drawing) : { again: false, waitMs: 0 };
  await ground.db.transaction().execute(async (tx) => {
    if (waitMs > 0) await dueAgain(tx, delivery, new Date(ground.clock.now().getTime() + waitMs));
    else await endDeliveries(tx, [{ delivery, drawing }]);
    if (again) await noteThereAgain(tx, ground.clock.now(), delivery.place);
    if (delivery.last_error !== null) await noteNothingBuried(tx, ground.clock.now(), delivery.place);
  });
}

/** What the message still lacks is no hurry; asked for again meanwhile it is due at once. */
const dueAgain = (tx: Tx, { id, asked }: DeliveryRow, at: Date): Promise<unknown> =>
  tx.updateTable('deliveries').set({ due_at: at }).where('id', '=', id).where('asked', '=', asked).execute();

/** `again`: it was there before and had to be made again. `waitMs`: until what was left is to be said. */
async function say(
  ground: Ground,
  ports: RemotePorts,
  delivery: DeliveryRow,
  drawing: Drawing,
): Promise<{ again: boolean; waitMs: number }> {
  const { place, subject } = delivery;
  const said = (await saidOf(ground.db, place, [subject])).get(subject) ?? new Map<string, MessageRow>();
  for (const row of said.values())
    if (row.state === 'posting') {
      const shown = { drawing, parent: said.get('')?.external_id ?? null };
      said.set(
        row.thread,
        await settle(ground, ports, row, shown).catch((error) => doubt(ground, delivery, row, error)),
      );
    }
  const lost = [...said.values()].some(({ state }) => state === 'gone');
  const message: Message = { ground, ports, delivery, said, drawing };
  try {
    return { again: lost, waitMs: await takeAll(message) };
  } catch (error) {
    if (!isLost(error)) throw error;
    await forget(message, error);
    return { again: true, waitMs: await takeAll(message).catch(neverGone) };
  }
}

/** Everything that is to be said now; a change that alone has to wait holds up no line. Returns how long the rest waits. */
async function takeAll(message: Message): Promise<number> {
  const { ground, ports, drawing, said } = message;
  const { sparing, talk } = ports.adapter;
  const steps = plan(drawing, said, { now: ground.clock.now(), sparing, talks: talk !== undefined });
  let held: DeliveryError | null = null;
  for (const step of steps) {
    try {
      await take(message, step, steps);
    } catch (error) {
      if (step.do !== 'edit' || !(error instanceof DeliveryError && error.only)) throw error;
      held = error;
    }
  }
  if (held) throw held;
  return steps.reduce((ms, step) => (step.do === 'wait' ? Math.max(ms, step.ms) : ms), 0);
}

interface Message {
  ground: Ground;
  ports: RemotePorts;
  delivery: DeliveryRow;
  said: Map<string, MessageRow>;
  drawing: Drawing;
}

async function take(message: Message, step: Step, steps: readonly Step[]): Promise<void> {
  const { ground, ports, delivery, said } = message;
  const { place } = delivery;
  switch (step.do) {
    case 'post':
      return post(message, { thread: '', view: step.view, hash: step.hash, parent: null }, skippedOf(steps));
    case 'line':
      return post(message, {
        ...{ thread: step.key, view: step.view, hash: step.hash },
        parent: said.get('')?.external_id ?? null,
      });
    case 'edit': {
      const token = said.get('')?.token ?? '';
      await ports.call(() => ports.adapter.edit(place, step.externalId, step.view, token));
      const { db, clock } = ground;
      await db
        .updateTable('messages')
        .set((row) => ({
          ...{ view_hash: step.hash, core_hash: coreOf(ports.adapter, step.view) },
          ...{ edited_at: clock.now(), edits: row('edits', '+', 1) },
        }))
        .where('place', '=', place)
        .where('subject', '=', delivery.subject)
        .where('thread', '=', '')
        .execute();
      return;
    }
    case 'talk':
      return leaveTalk(message, step);
    case 'wait':
    case 'skip':
      // Written with the row of the message that makes it needless.
      return;
  }
}

/** Where edits are spared, by what it is known whether one may wait. */
const coreOf = ({ sparing }: ChatAdapter, view: MessageView): string | null => (sparing ? hashCore(view) : null);

/**
 * Has the room for talk below a message as it should be, and notes how it was left: only a change of that is done again, and
 * what the platform did not let us.
 */
async function leaveTalk(
  { ground, ports, delivery, said }: Message,
  { open, name, hash }: Step & { do: 'talk' },
): Promise<void> {
  const { adapter, callAside } = ports;
  const { place, subject } = delivery;
  const below = said.get('')?.external_id;
  if (below == null) return;
  const done = await callAside(async () => adapter.talk?.(place, below, { open, name }));
  if (done === false) return;
  const now = ground.clock.now();
  const noted = { state: 'posted' as const, view_hash: hash, posted_at: now };
  const row = await ground.db
    .insertInto('messages')
    .values({ place, subject, thread: TALK, token: newToken(), posting_at: now, ...noted })
    .onConflict((conflict) => conflict.columns(['place', 'subject', 'thread']).doUpdateSet(noted))
    .returningAll()
    .executeTakeFirstOrThrow();
  said.set(TALK, row);
}

const skippedOf = (steps: readonly Step[]): string[] => steps.flatMap((step) => (step.do === 'skip' ? [step.key] : []));

interface NewMessage {
  thread: string;
  view: MessageView;
  hash: string;
  parent: string | null;
}

async function post(
  { ground, ports, delivery, said, drawing: { name = aboutWords(delivery.notice) } }: Message,
  { thread, view, hash, parent }: NewMessage,
  skipped: readonly string[] = [],
): Promise<void> {
  const { db, clock } = ground;
  const { place, subject } = delivery;
  await ports.ready();
  const now = clock.now();
  const begun = { state: 'posting' as const, view_hash: hash, core_hash: coreOf(ports.adapter, view) };
  const before = said.get(thread);
  const refused = before?.state === 'gone' && before.again_at === null;
  const maybe = before?.state === 'posting' || (before?.state === 'gone' && !refused);
  const row = await db.transaction().execute(async (tx) => {
    await saySkipped(
      tx,
      now,
      place,
      skipped.map((key) => ({ subject, thread: key })),
    );
    // A row that was never answered keeps its token and its first moment: what is looked for is as old as that, and no
    // younger than the last attempt. Where every attempt was answered with a no, this is the first to look for.
    const posting = await tx
      .insertInto('messages')
      .values({ ...{ place, subject, thread, token: newToken(), posting_at: now }, ...begun })
      .onConflict((conflict) =>
        conflict
          .columns(['place', 'subject', 'thread'])
          .doUpdateSet({ ...begun, external_id: null, ...(refused ? { posting_at: now } : {}) }),
      )
      .returningAll()
      .executeTakeFirstOrThrow();
    if (!ports.adapter.idempotent && maybe) await noteMaybeTwin(tx, now, posting);
    return posting;
  });
  try {
    const externalId = await ports.call(() =>
      ports.adapter.post({ place, token: row.token, view, thread: parent, name }),
    );
    said.set(thread, await notePosted(ground, row, externalId));
  } catch (error) {
    // It is there, and shows something else: the next attempt changes it.
    if (error instanceof DeliveryError && error.posted !== null)
      said.set(thread, await notePosted(ground, row, error.posted, { view_hash: null, core_hash: null }));
    // Answered with a no: it is not there for certain, and need not be looked for.
    else if (error instanceof DeliveryError && error.failure !== 'unknown')
      await db.updateTable('messages').set({ state: 'gone' }).where('id', '=', row.id).execute();
    throw error;
  }
}

const notePosted = (
  { db, clock }: Ground,
  { id }: MessageRow,
  externalId: string,
  shows: Partial<Pick<MessageRow, 'view_hash' | 'core_hash'>> = {},
): Promise<MessageRow> =>
  db
    .updateTable('messages')
    .set({ state: 'posted', external_id: externalId, posted_at: clock.now(), ...shows })
    .where('id', '=', id)
    .returningAll()
    .executeTakeFirstOrThrow();

/**
 * Finds out what became of a post whose answer was lost. Not there for certain: it stays `posting`, and is posted again.
 * Where that is how one asks, and the fact has moved since, the answer may be the message as it was first: it is noted
 * with what it said then, so that it is changed afterwards and its lines are said.
 */
async function settle(
  ground: Ground,
  { adapter, call }: RemotePorts,
  row: MessageRow,
  { drawing: { view }, parent }: { drawing: Drawing; parent: string | null },
): Promise<MessageRow> {
  const { place, token, thread } = row;
  if (!adapter.idempotent) {
    const below = thread === '' ? null : parent;
    const { posting_at: since, again_at: again } = row;
    const found = await call(() => adapter.find(place, token, since, below, again ?? since));
    return found === null ? row : notePosted(ground, row, found);
  }
  if (thread !== '' || row.view_hash === hashView(view)) return row;
  return notePosted(ground, row, await call(() => adapter.post({ place, token, view, thread: null })));
}

/**
 * Nobody can look for it: it may be there or not. It is given up, so that the fact is told by a message of its own: at
 * once where it is most urgent, else with its next change, and until then it counts as refused. Either is said elsewhere.
 */
async function doubt(
  { db, clock }: Ground,
  { place, notice, priority }: DeliveryRow,
  row: MessageRow,
  error: unknown,
): Promise<MessageRow> {
  if (!(error instanceof DeliveryError) || error.failure !== 'refused') throw error;
  const now = clock.now();
  const given = await db.transaction().execute(async (tx) => {
    if (priority === 1) await sayTwin(tx, now, { place, notice, why: error.message });
    return tx
      .updateTable('messages')
      .set({ state: 'gone', external_id: null, view_hash: null, token: newToken(), posting_at: now, again_at: null })
      .where('id', '=', row.id)
      .returningAll()
      .executeTakeFirstOrThrow();
  });
  if (priority !== 1) throw error;
  return given;
}

const isLost = (error: unknown): error is DeliveryError =>
  error instanceof DeliveryError && (error.failure === 'gone' || error.failure === 'fixed');

/**
 * Somebody deleted the message, or it cannot be changed any more: it is made anew, and what belongs below it with it. The
 * room for talk below the old one is closed first: it would stay behind open, and nothing is said there any more.
 */
async function forget(
  { ground, ports, delivery, said }: Message,
  { failure, message: why }: DeliveryError,
): Promise<void> {
  const { place, subject, notice } = delivery;
  const { adapter, callAside } = ports;
  const old = said.get('')?.external_id;
  const hasRoom = [...said].some(([thread, { state }]) => thread !== '' && state === 'posted');
  if (old && hasRoom && adapter.talk)
    await callAside(async () => adapter.talk?.(place, old, { open: false, name: '' }));
  const now = ground.clock.now();
  await ground.db.transaction().execute(async (tx) => {
    await forgetMessage(tx, now, place, subject);
    await (failure === 'fixed' ? sayFixed : sayTakenAway)(tx, now, { place, notice, why });
  });
  for (const row of (await saidOf(ground.db, place, [subject])).get(subject)?.values() ?? []) said.set(row.thread, row);
  for (const [thread, row] of said) if (thread !== '' && row.state !== 'skipped') said.delete(thread);
}

/** What was made a moment ago and is gone again was taken away by somebody who means it, or by the platform. */
const neverGone = (error: unknown): never => {
  if (isLost(error))
    throw new DeliveryError('refused', `the message is deleted as soon as it is posted: ${error.message}`);
  throw error;
};
