import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Answer } from '#commands/command.ts';
import { performAsked } from '#src/chat/discord/ask/index.ts';
import { answerTyped, type CommandTo } from '#src/chat/discord/ask/tell.ts';
import type { Discord } from '#src/chat/discord/discord.ts';
import type { AskRow } from '#src/store/schema.ts';
import { DiscordOffice, IDS, OPS, said } from '#test/stories/discord-office.ts';

let office: DiscordOffice;
let kit: Discord;
beforeAll(async () => {
  office = await DiscordOffice.open({ workflows: { brief: {}, memo: { inputs: { client: { text: true } } } } });
  const { discord } = office.world.product;
  if (!discord) throw new Error('this product is in no Discord');
  kit = discord.discord;
});
afterAll(() => office[Symbol.asyncDispose]());

const newest = async (): Promise<AskRow> =>
  office.world.db.selectFrom('asks').selectAll().orderBy('id', 'desc').limit(1).executeTakeFirstOrThrow();

/** The same ask once more, as if its end had not been noted when its process died; its way back besides. */
async function takenOver(ask: AskRow, payload: object): Promise<AskRow> {
  const again = { state: 'taken', tries: ask.tries + 1, payload: JSON.stringify(payload) } as const;
  return office.world.db
    .updateTable('asks')
    .set(again)
    .where('id', '=', ask.id)
    .returningAll()
    .executeTakeFirstOrThrow();
}

const wayOf = (payload: Record<string, unknown>, over: object = {}) => ({
  ...{ token: String(payload.token), at: kit.ground.clock.now().toISOString(), fileLimit: null },
  ...over,
});

test('a run that was started before its process ended is not started again by whoever takes over', async () => {
  const { asked } = await office.ask('sam', 'run', { workflow: 'brief' });
  const words = { what: 'words', words: 'run brief', member: false, private: true, ...wayOf(asked.payload) };
  const ask = await takenOver(await newest(), words);
  await performAsked(kit, ask);
  const runs = await office.world.runs('brief');
  expect(runs).toHaveLength(1);
  expect(said(asked.shown())).toContain(`${runs[0]?.id} is queued`);
  await office.world.ended(runs[0]?.id ?? '');
});

test('an answer that comes after the quarter of an hour goes into the direct messages', async () => {
  const { asked } = await office.ask('sam', 'status');
  const at = new Date(kit.ground.clock.now().getTime() - 16 * 60_000).toISOString();
  const words = { what: 'words', words: 'help pause', member: false, private: true, ...wayOf(asked.payload, { at }) };
  await performAsked(kit, await takenOver(await newest(), words));
  expect(said(office.discord.dms(IDS.sam).at(-1))).toContain('pause');
  expect(said(asked.shown())).not.toContain('--until');
});

test('what was noted by nobody of us is an error, and not an answer', async () => {
  await office.ask('sam', 'status');
  const ask = await takenOver(await newest(), { what: 'tea' });
  await expect(performAsked(kit, ask)).rejects.toThrow(/holds nothing that this product has noted/);
  await office.world.db.updateTable('asks').set({ state: 'done' }).where('id', '=', ask.id).execute();
});

/** Holds a table so that nobody else gets at it, for as long as `act` takes. */
async function holding<T>(table: 'asks' | 'runs', act: () => Promise<T>): Promise<T> {
  const lock = await office.world.database.pool.connect();
  try {
    await lock.query('begin');
    await lock.query(`lock table ${table} in access exclusive mode`);
    return await act();
  } finally {
    await lock.query('rollback');
    lock.release();
  }
}

test('while the record does not answer nothing is noted, the person is told so, and nothing is done later', async () => {
  const before = await office.world.runs('brief');
  await holding('asks', async () => {
    const asked = await office.as('sam').command('cowork run', { workflow: 'brief' }, OPS);
    expect(asked.acked).toBe(true);
    expect(said(asked.shown())).toContain('The database did not answer in time. Nothing was done.');
    expect(asked.shown()?.flags).toBe(32_768 | 64);
  });
  await office.done();
  expect(await office.world.runs('brief')).toHaveLength(before.length);
});

test('while the record does not answer nothing is offered, and what is typed is taken all the same', async () => {
  const offered = await holding('runs', async () => {
    const asking = office.as('sam').complete('cowork audit', { run: 'br' }, 'run', OPS);
    await office.world.until('the question waits', async () => {
      const waits = sql`select 1 from pg_locks where not granted and relation = 'runs'::regclass`;
      return (await waits.execute(office.world.db)).rows.length > 0;
    });
    office.world.clock.put(3000);
    return asking;
  });
  expect(offered).toEqual([]);
  expect((await office.ask('sam', 'audit', { run: 'br' })).said).toContain('br');
});

const rows = (count: number): Answer => ({
  view: {
    summary: [['Many runs.']],
    parts: [
      { part: 'headline', tone: 'info', text: ['Many runs.'] },
      {
        part: 'records',
        caption: 'Runs',
        columns: [
          { label: 'Run', align: 'left' },
          { label: 'What became of it', align: 'left' },
        ],
        rows: Array.from({ length: count }, (_, at) => [[`run-${at}`], [`in production/${'x'.repeat(40)}`]]),
        more: 0,
        noun: 'run',
      },
    ],
    mentions: [],
  },
  json: null,
  exit: 0,
});

/** Where a command waits for its answer, as one has just been used. */
async function waiting(isPublic: boolean): Promise<{ to: CommandTo; shown: () => string; id: string }> {
  const { asked } = await office.ask('sam', 'status', { public: isPublic });
  const to = { sender: IDS.sam, ...wayOf(asked.payload), isPublic };
  return { to, shown: () => said(asked.shown()), id: asked.shown()?.id ?? '' };
}

test('what a few messages hold comes whole; what they do not is one message with all of it as a file', async () => {
  const short = await waiting(false);
  expect(await answerTyped(kit, short.to, rows(12))).toBe(true);
  expect(short.shown()).toContain('run-11');
  expect(office.discord.privates(IDS.sam).at(-1)?.attachments).toEqual([]);
  const long = await waiting(false);
  expect(await answerTyped(kit, long.to, rows(400))).toBe(true);
  expect(long.shown()).toMatch(/and \d+ more runs/);
  const [file] = office.discord.privates(IDS.sam).find(({ id }) => id === long.id)?.attachments ?? [];
  expect(file?.filename).toBe('all-of-it.txt');
  expect(String(file?.bytes)).toContain('run-399');
  const few = await waiting(false);
  expect(await answerTyped(kit, { ...few.to, fileLimit: 100 }, rows(400))).toBe(true);
  expect(few.shown()).toContain('run-0');
});

test('a public answer is one message, and a refusal that waits in public is taken back and said privately', async () => {
  const all = await waiting(true);
  expect(await answerTyped(kit, all.to, { ...rows(400), public: true })).toBe(true);
  expect(office.discord.messages(OPS).find(({ id }) => id === all.id)?.attachments).toHaveLength(1);
  const refused = await waiting(true);
  const { view } = rows(1);
  expect(await answerTyped(kit, refused.to, { view, json: null, exit: 2 })).toBe(true);
  expect(office.discord.messages(OPS).map(({ id }) => id)).not.toContain(refused.id);
  expect(said(office.discord.privates(IDS.sam).at(-1))).toContain('Many runs.');
});

test('where that does not work it is never said in the channel, but directly', async () => {
  const { to, shown, id } = await waiting(true);
  office.discord.fault(/^DELETE .*@original$/, { kind: 'error', code: 50013, times: 2 });
  expect(await answerTyped(kit, to, { view: rows(1).view, json: null, exit: 2 })).toBe(true);
  expect(shown()).not.toContain('Many runs.');
  expect(office.discord.messages(OPS).map((one) => one.id)).toContain(id);
  expect(said(office.discord.dms(IDS.sam).at(-1))).toContain('Many runs.');
});
