import { sql } from 'kysely';
import { pino } from 'pino';
import { beforeEach, expect, test } from 'vitest';
import type { ActRequest } from '#src/chat/acts.ts';
import { silentLog } from '#src/log.ts';
import { noteRefused } from '#src/people/refusal-trail.ts';
import type { Db } from '#src/store/db.ts';
import { click } from '#test/chat/stage.ts';
import { Stage } from '#test/reviews/stage.ts';
import { TestClock } from '#test/setup/clock.ts';

const HOUR = 3_600_000;
/** Somebody of the workspace whom cowork.yaml does not list. */
const STRANGER = { person: null, via: 'slack', sender: 'U0STR', place: 'slack:C0REVIEWS' } as const;

let logged: Record<string, unknown>[];
beforeEach(() => {
  logged = [];
});

async function opened(): Promise<Stage> {
  const stage = await Stage.open();
  stage.ground.log = pino({ base: null }, { write: (line: string) => logged.push(JSON.parse(line)) });
  return stage;
}

const refused = (stage: Stage) =>
  stage.db
    .selectFrom('audit')
    .select(['actor', 'via', 'data'])
    .where('act', '=', 'access.refused')
    .orderBy('id')
    .execute();
const whats = async (stage: Stage) => (await refused(stage)).map(({ data }) => (data as { what: string }).what);
const leftOut = () => logged.map(({ left_out }) => left_out).filter((count) => count !== undefined);

async function clicks(stage: Stage, times: number, over: Partial<ActRequest> = STRANGER, subject = 'R-1') {
  for (let time = 0; time < times; time += 1) expect((await click(stage, 'approve', subject, over)).exit).toBe(2);
}

test('the same refusal is in the trail once an hour, with who it was; how often it was left out is in the log', async () => {
  await using stage = await opened();
  await clicks(stage, 5);
  const row = {
    actor: 'nobody',
    via: 'slack',
    data: { what: 'approve R-1', place: 'slack:C0REVIEWS', sender: 'U0STR' },
  };
  expect(await refused(stage)).toEqual([row]);
  expect(leftOut()).toEqual([1, 2, 4]);
  // Somebody else, another act and another subject are refusals of their own.
  await clicks(stage, 2, { ...STRANGER, sender: 'U0UMA' });
  await clicks(stage, 2, { ...STRANGER, via: 'discord' });
  await clicks(stage, 2, STRANGER, 'R-2');
  for (const _ of [1, 2]) await click(stage, 'look', 'R-1', STRANGER);
  expect(await whats(stage)).toEqual(['approve R-1', 'approve R-1', 'approve R-1', 'approve R-2', 'look R-1']);
  await stage.ground.clock.advance(HOUR - 1);
  await clicks(stage, 1);
  expect(await refused(stage)).toHaveLength(5);
  await stage.ground.clock.advance(1);
  await clicks(stage, 1);
  expect(await refused(stage)).toHaveLength(6);
});

test('of at once one is noted, and one that could not be written is noted with the next click', async () => {
  await using stage = await opened();
  await Promise.all([1, 2, 3, 4].map(() => clicks(stage, 1)));
  expect(await refused(stage)).toHaveLength(1);
  await sql`alter table audit rename to away`.execute(stage.db);
  await expect(click(stage, 'approve', 'R-2', STRANGER)).rejects.toThrow('audit');
  await sql`alter table away rename to audit`.execute(stage.db);
  await clicks(stage, 1, STRANGER, 'R-2');
  expect(await whats(stage)).toEqual(['approve R-1', 'approve R-2']);
});

test('whoever clicks through a thousand items writes no thousand rows; what was left out is told in the end', async () => {
  await using stage = await opened();
  for (let item = 1; item <= 300; item += 1) await clicks(stage, 1, STRANGER, `R-${item}`);
  expect(await whats(stage)).toEqual(Array.from({ length: 20 }, (_, at) => `approve R-${at + 1}`));
  // Others are not left out for it.
  await clicks(stage, 1, { ...STRANGER, sender: 'U0UMA' }, 'R-300');
  expect(await refused(stage)).toHaveLength(21);
  await stage.ground.clock.advance(HOUR);
  await clicks(stage, 1, { ...STRANGER, sender: 'U0UMA' }, 'R-300');
  expect(logged.at(-1)).toMatchObject({ via: 'slack', sender: 'U0STR', left_out: 280 });
  await clicks(stage, 1, STRANGER, 'R-300');
  expect((await whats(stage)).slice(20)).toEqual(['approve R-300', 'approve R-300', 'approve R-300']);
});

test('of a listed person too, and each refused decision of theirs is in the trail as ever', async () => {
  await using stage = await opened();
  const { id } = await stage.item();
  for (const _ of [1, 2, 3]) {
    expect((await click(stage, 'pause', 'brief', { person: 'vic', values: { reason: 'x' } })).exit).toBe(2);
    const revision = `1.${'0'.repeat(12)}.${'0'.repeat(12)}.${'0'.repeat(12)}`;
    expect((await click(stage, 'approve', `R-${id}`, { person: 'vic', revision })).exit).toBe(2);
  }
  expect((await stage.acts()).filter((act) => act === 'decision.refused')).toHaveLength(3);
  expect(await refused(stage)).toEqual([
    { actor: 'vic', via: 'console', data: { what: 'pause brief', place: 'console:cowork-ops' } },
  ]);
});

test('what is remembered has an end: beyond two thousand senders in an hour the first may be noted anew', async () => {
  let rows = 0;
  const execute = async () => {
    rows += 1;
  };
  const db = { transaction: () => ({ execute }) } as unknown as Db;
  const ground = { db, clock: new TestClock(), log: silentLog };
  const note = (sender: number) => noteRefused(ground, { ...STRANGER, what: 'approve R-1', sender: `U${sender}` });
  for (let sender = 0; sender <= 2000; sender += 1) await note(sender);
  await note(2000);
  await note(1);
  expect(rows).toBe(2001);
  await note(0);
  expect(rows).toBe(2002);
});
