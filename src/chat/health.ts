import { sql } from 'kysely';
import { raiseAlert } from '../alerts/raise.ts';
import { recoverAlerts } from '../alerts/recover.ts';
import type { Ground } from '../ground.ts';
import type { Tx } from '../store/db.ts';
import type { AlertRow, DeliveryRow } from '../store/schema.ts';
import type { Home } from '../workflows/home.ts';
import { platformOf } from './adapter.ts';
import { awayWithAll } from './away-places.ts';
import { aboutWords } from './drawing.ts';
import { lockDeliveries } from './due.ts';
import { growingPauseMs } from './growing-pause.ts';
import { namesPlace, refusedKey, unreachableKey } from './route.ts';

/** Answers lost in a row before a place counts as away. One that says so itself is away at once. */
const LOST_UNTIL_AWAY = 3;

export interface PlaceFailure {
  place: string;
  failure: 'away' | 'unknown';
  message: string;
  /** What is wrong is wrong with the platform as a whole. */
  everywhere?: boolean;
  /** How urgent what could not be said was: 1 makes the alert a P1, also one that is open already. */
  priority: number;
  /** Milliseconds until it is tried again, where the platform said so; left out, a pause that grows. */
  afterMs?: number;
}

/**
 * Notes that a place did not take a message for now, and when to try again. From the failure on that makes it `away` the
 * team is told elsewhere, once; of what is wrong with the whole platform, once for all its places.
 */
export async function notePlaceFailure(
  { db, clock }: Ground,
  { place, failure, message, everywhere = false, priority, afterMs }: PlaceFailure,
  chance: number,
): Promise<void> {
  const now = clock.now();
  await db.transaction().execute(async (tx) => {
    const before = await tx
      .selectFrom('places')
      .select(['state', 'failures', 'failing_since'])
      .where('place', '=', place)
      .forUpdate()
      .executeTakeFirstOrThrow();
    const failures = before.failures + 1;
    const away = before.state === 'away' || failure === 'away' || failures >= LOST_UNTIL_AWAY;
    await tx
      .updateTable('places')
      .set({
        state: away ? 'away' : 'well',
        failures,
        failing_since: before.failing_since ?? now,
        last_error: message,
        not_before: new Date(now.getTime() + (afterMs ?? growingPauseMs(failures, chance))),
      })
      .where('place', '=', place)
      .execute();
    const gone = { place, severity: priority === 1 ? 'P1' : 'P2', message } as const;
    if (away && before.state !== 'away') return everywhere ? platformGone(tx, now, gone) : placeGone(tx, now, gone);
    if (away && priority === 1) await graver(tx, now, gone, before.failing_since ?? now);
  });
}

interface Gone {
  place: string;
  severity: 'P1' | 'P2';
  message: string;
}

const placeGone = (tx: Tx, now: Date, { place, severity, message }: Gone): Promise<unknown> =>
  raiseAlert(tx, now, {
    kind: 'UNREACHABLE',
    key: unreachableKey(place),
    severity,
    workflow: null,
    error_class: 'Unreachable',
    error_message: `${place} cannot be reached: ${message}. What it should be told waits, is on the console meanwhile, and is sent as it then stands when the place answers again.`,
  });

/** Something most urgent waits for a place that was away `since` then: whoever was told of less is told of that, once. */
async function graver(tx: Tx, now: Date, gone: Gone, since: Date): Promise<void> {
  const told = async (key: string) =>
    tx.selectFrom('alerts').select('severity').where('key', '=', key).where('last_at', '>=', since).execute();
  const ofPlace = await told(unreachableKey(gone.place));
  // Where nothing was said of the place alone, what is wrong is wrong with all of them.
  const of = ofPlace.length > 0 ? ofPlace : await told(unreachableKey(platformOf(gone.place)));
  if (of.some(({ severity }) => severity === 'P1')) return;
  await (ofPlace.length > 0 ? placeGone : platformGone)(tx, now, gone);
}

/** By it one alert about a platform is known from the other way in which it can be out of reach: that we hear nothing. */
const NOTHING_TAKEN = 'NothingTaken';

/** And that one by this. */
const NOT_LET_IN = 'Unreachable';

const toldOf = (tx: Tx, platform: string): Promise<Pick<AlertRow, 'error_class' | 'severity'> | undefined> =>
  tx
    .selectFrom('alerts')
    .select(['error_class', 'severity'])
    .where('key', '=', unreachableKey(platform))
    .where('state', 'in', ['open', 'acknowledged'])
    .executeTakeFirst();

/** Nothing that is pressed or typed on a platform reaches us. */
export async function notePlatformUnheard(tx: Tx, now: Date, platform: string, error_message: string): Promise<void> {
  const about = { kind: 'UNREACHABLE', severity: 'P2', workflow: null, error_class: NOT_LET_IN } as const;
  await raiseAlert(tx, now, { ...about, key: unreachableKey(platform), error_message });
}

/**
 * What is pressed and typed there reaches us again. Where its places take nothing all the same the alert goes on as one
 * about that, until the first of them does; one that was about that from the beginning is left to them.
 */
export async function notePlatformHeard(tx: Tx, now: Date, platform: string, reason: string): Promise<void> {
  if ((await toldOf(tx, platform))?.error_class !== NOT_LET_IN) return;
  const away = await awayWithAll(tx, platform);
  if (!away) return recoverAlerts(tx, now, [unreachableKey(platform)], { reason });
  await raiseNothingTaken(tx, now, { place: away.place, severity: 'P2', message: away.last_error ?? 'it is away' });
}

/** One alert for a platform, whichever of its places notices first and whoever told of it already. */
async function platformGone(tx: Tx, now: Date, { place, severity, message }: Gone): Promise<void> {
  const told = await toldOf(tx, platformOf(place));
  if (told && told.severity <= severity) return;
  await raiseNothingTaken(tx, now, { place, severity, message }, told?.error_class);
}

/** `by`: of the alert that is only made graver, so that whoever told it closes it. */
async function raiseNothingTaken(
  tx: Tx,
  now: Date,
  { place, severity, message }: Gone,
  by: string | null = NOTHING_TAKEN,
): Promise<void> {
  const platform = platformOf(place);
  await raiseAlert(tx, now, {
    kind: 'UNREACHABLE',
    key: unreachableKey(platform),
    severity,
    workflow: null,
    error_class: by,
    error_message: `Nothing reaches ${platform}: ${message}. What its channels should be told waits, is on the console meanwhile, and is sent as it then stands when it is taken again.`,
  });
}

/** Closed by the first place that is well again, unless it was told for another reason. */
async function platformBack(tx: Tx, now: Date, place: string): Promise<void> {
  const told = await toldOf(tx, platformOf(place));
  if (told?.error_class !== NOTHING_TAKEN) return;
  await recoverAlerts(tx, now, [unreachableKey(platformOf(place))], { reason: `${place} answers again` });
}

/** Nothing is sent to the place for so many milliseconds: the platform said when to come back. */
export async function holdPlace({ db, clock }: Ground, place: string, afterMs: number): Promise<void> {
  await db
    .updateTable('places')
    .set({ not_before: new Date(clock.now().getTime() + afterMs) })
    .where('place', '=', place)
    .execute();
}

/**
 * Notes that a place answers after failures; where it was away, that it is back. What was put off because of the place is
 * due again, so that the gravest goes first; what failed for itself again and again keeps its own pause.
 */
export async function notePlaceWell(
  { db, clock }: Ground,
  place: string,
  { wasAway }: { wasAway: boolean },
): Promise<void> {
  const now = clock.now();
  await db.transaction().execute(async (tx) => {
    await tx
      .updateTable('places')
      .set({ state: 'well', failures: 0, failing_since: null, last_error: null, not_before: null, well_at: now })
      .where('place', '=', place)
      .execute();
    const putOff = await lockDeliveries(tx, place, (where) =>
      where.and([where('state', '=', 'due'), where('due_at', '>', now), where('attempts', '<=', 1)]),
    );
    const ids = putOff.map(({ id }) => id);
    if (ids.length > 0) await tx.updateTable('deliveries').set({ due_at: now }).where('id', 'in', ids).execute();
    if (!wasAway) return;
    await recoverAlerts(tx, now, [unreachableKey(place)], { reason: `${place} answers again` });
    await platformBack(tx, now, place);
  });
}

/**
 * The platform said by itself that a place of ours takes nothing any more, or none does (`everywhere`): noticed before
 * anything fails there.
 */
export async function notePlaceGone(
  ground: Ground,
  { place, message, everywhere }: Pick<PlaceFailure, 'place' | 'message' | 'everywhere'>,
  chance: number,
): Promise<void> {
  const known = await ground.db.selectFrom('places').select('state').where('place', '=', place).executeTakeFirst();
  if (known?.state !== 'well') return;
  const { home } = await ground.homes.active();
  if (await forgetPlace(ground, home, place)) return;
  await notePlaceFailure(
    ground,
    { place, failure: 'away', message, everywhere: everywhere ?? false, priority: 2 },
    chance,
  );
}

/** The platform said by itself that a place takes messages again: what waits for it is sent now. */
export async function notePlaceBack(ground: Ground, place: string): Promise<void> {
  const places = ground.db.selectFrom('places').select(['state', 'failures']).where('place', '=', place);
  const known = await places.executeTakeFirst();
  // One that was well has nothing to wait for, unless the platform asked for it.
  if (!known || (known.state === 'well' && known.failures === 0)) return;
  await notePlaceWell(ground, place, { wasAway: known.state === 'away' });
  // Whichever process sends there hears it; whoever misses it finds it on its next slow look.
  await sql`select pg_notify('cowork_outbox', ${place})`.execute(ground.db);
}

/**
 * Gives a message up that will never be taken as it is, and says so elsewhere. A report of an unreachable place that is
 * itself given up is not reported again: it stays on the console, and there would be no end to it.
 */
export async function buryDelivery(ground: Ground, delivery: DeliveryRow, message: string): Promise<void> {
  const { db, clock, log } = ground;
  const now = clock.now();
  const about = aboutWords(delivery.notice);
  log.error({ place: delivery.place, subject: delivery.subject }, `A message was given up: ${message}`);
  await db.transaction().execute(async (tx) => {
    const { numUpdatedRows } = await tx
      .updateTable('deliveries')
      .set({ state: 'dead', dead_at: now, last_error: message })
      .where('id', '=', delivery.id)
      .where('asked', '=', delivery.asked)
      .executeTakeFirst();
    // Asked for again meanwhile: as the fact stands now it may well be taken.
    if (numUpdatedRows === 0n || (await isReportOfPlace(tx, delivery))) return;
    await raiseAlert(tx, now, {
      kind: 'UNREACHABLE',
      key: refusedKey(delivery.place),
      severity: delivery.priority === 1 ? 'P1' : 'P2',
      workflow: null,
      error_class: 'MessageRefused',
      error_message: `${delivery.place} was not told about ${about}: ${message}. Look it up on the console; the next change of it is tried again.`,
    });
  });
}

async function isReportOfPlace(tx: Tx, { notice }: DeliveryRow): Promise<boolean> {
  if (notice.kind !== 'alert') return false;
  const alert = await tx.selectFrom('alerts').select('kind').where('id', '=', notice.alert_id).executeTakeFirst();
  return alert?.kind === 'UNREACHABLE';
}

/** Closes the report of given-up messages once the place has been told the last of them after all. */
export async function noteNothingBuried(tx: Tx, now: Date, place: string): Promise<void> {
  const left = await tx
    .selectFrom('deliveries')
    .select('id')
    .where('place', '=', place)
    .where('state', '=', 'dead')
    .limit(1)
    .executeTakeFirst();
  if (!left) await recoverAlerts(tx, now, [refusedKey(place)], { reason: `${place} took what it had refused` });
}

/** A place that cannot be reached and that today's home does not name any more: it is waited for no longer. */
export async function forgetPlace({ db, clock }: Ground, home: Home, place: string): Promise<boolean> {
  if (namesPlace(home, place)) return false;
  const now = clock.now();
  await db.transaction().execute(async (tx) => {
    await lockDeliveries(tx, place, (where) => where.lit(true));
    await tx.deleteFrom('deliveries').where('place', '=', place).execute();
    await tx
      .updateTable('places')
      .set({ state: 'well', failures: 0, failing_since: null, last_error: null })
      .where('place', '=', place)
      .execute();
    const reason = `cowork.yaml does not name ${place} any more`;
    await recoverAlerts(tx, now, [unreachableKey(place), refusedKey(place)], { reason });
    if (await awayWithAll(tx, platformOf(place))) return;
    if ((await toldOf(tx, platformOf(place)))?.error_class !== NOTHING_TAKEN) return;
    await recoverAlerts(tx, now, [unreachableKey(platformOf(place))], { reason });
  });
  return true;
}
