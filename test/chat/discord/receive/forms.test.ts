import { afterAll, beforeAll, expect, test } from 'vitest';
import { sentencesView } from '#blocks/sentences.ts';
import { correctingCode } from '#src/chat/discord/codes.ts';
import type { Callback } from '#src/chat/discord/discord.ts';
import { opening } from '#src/chat/discord/receive/first-answer.ts';
import { performReceived } from '#src/chat/discord/receive/index.ts';
import { notShown } from '#src/chat/receive/words.ts';
import { periodicJobs } from '#src/main/wiring.ts';
import { workflowOf } from '#test/reviews/stage.ts';
import { Desk, IDS, type Json, settled, wordsIn } from './desk.ts';

/** Few letters, and twice as many of what Discord counts. */
const USUAL = '📊'.repeat(98);

let desk: Desk;
beforeAll(async () => {
  const inputs = { client: { text: true, default: USUAL } };
  desk = await Desk.open({ workflows: [workflowOf(), workflowOf({ workflow: 'texts', inputs })] });
});
afterAll(() => desk[Symbol.asyncDispose]());

function fieldsOf(callback: Callback | null): Json[] {
  const { components } = (callback?.data ?? {}) as { components?: { component?: Json }[] };
  return (components ?? []).flatMap(({ component }) => (component ? [component] : []));
}

const PRIVATE = { message: '420000000000000001', privately: true };

test('what is wrong is said privately, and "Correct it" opens the form with what was typed, for that person alone', async () => {
  const { codes, id, name } = await desk.review();
  const code = codes.reject ?? '';
  expect((await desk.click('ana', code)).callback).toMatchObject({ type: 9, data: { custom_id: code } });

  const typed = `${'long '.repeat(700)}reason`;
  const wrong = await desk.send('ana', code, { reason: typed });
  expect(wrong.callback).toMatchObject({ type: 4, data: { flags: 32_832 } });
  expect(wordsIn(wrong.callback?.data)).toMatch(
    /"Why" has 3506 characters; \d+ is the most\. Nothing was done\. Correct it/,
  );
  expect(JSON.stringify(wrong.callback?.data)).toContain(correctingCode(code));
  expect(await desk.drafts()).toEqual([{ sender: IDS.ana, code, values: { reason: typed } }]);
  expect(await desk.asks()).toEqual([]);

  const again = await desk.click('ana', correctingCode(code), PRIVATE);
  expect(again.callback).toMatchObject({ type: 9, data: { custom_id: correctingCode(code) } });
  expect(fieldsOf(again.callback)[0]?.value).toMatch(/^long long /);
  const others = await desk.click('jon', correctingCode(code), PRIVATE);
  expect(fieldsOf(others.callback)[0]).not.toHaveProperty('value');

  const empty = await desk.send('ana', correctingCode(code), { reason: ' ' }, PRIVATE);
  expect(empty.callback).toMatchObject({ type: 7, data: { flags: 32_768 } });
  expect(wordsIn(empty.callback?.data)).toContain('Fill in "Why". Nothing was done. Correct it');

  const sent = await desk.send('ana', correctingCode(code), { reason: 'wrong quarter' }, PRIVATE);
  expect(sent.callback).toEqual({ type: 6 });
  expect(desk.answered).toContain(`${name} is rejected`);
  expect(await desk.row(id)).toMatchObject({ state: 'rejected', closed_by: 'ana', closed_reason: 'wrong quarter' });
  expect(await desk.drafts()).toEqual([]);
  expect(await desk.asks()).toMatchObject([{ kind: 'form', state: 'done', payload: {} }]);
});

test('a draft is forgotten after a quarter of an hour', async () => {
  const { codes } = await desk.review();
  const code = codes.ask ?? '';
  await desk.send('ana', code, { reason: ' ' });
  await desk.send('ana', code, { reason: 'x'.repeat(3600) });
  expect(await desk.drafts()).toMatchObject([{ values: { reason: 'x'.repeat(3600) } }]);
  await desk.stage.ground.clock.advance(15 * 60_000);
  const form = await desk.click('ana', correctingCode(code), PRIVATE);
  expect(fieldsOf(form.callback)[0]).not.toHaveProperty('value');
  // By the product itself, since Discord may be switched off by then.
  const { ground } = desk.stage;
  for (const { name, run } of periodicJobs(ground)) if (name === 'old drafts') await run(ground.clock.now());
  expect(await desk.drafts()).toEqual([]);
});

test('a form fits whatever its workflow says, and is as at first where what was typed is no longer kept', async () => {
  const code = 'v1|run|texts|';
  const form = await desk.click('sam', code);
  expect(form.callback).toMatchObject({ type: 9, data: { custom_id: code } });
  expect(fieldsOf(form.callback)).toMatchObject([{ custom_id: 'client', value: USUAL }]);
  await desk.send('sam', code, { client: 'x'.repeat(3600) });
  await desk.stage.ground.clock.advance(15 * 60_000);
  const again = await desk.click('sam', correctingCode(code), PRIVATE);
  expect(wordsIn(again.callback?.data)).toContain('What you typed is no longer kept.');
  expect(fieldsOf(again.callback)).toMatchObject([{ custom_id: 'client', value: USUAL }]);
});

test('a form that Discord would refuse is not sent: its person is told what to do, and the log what is wrong', async () => {
  const unfit = { title: 'x'.repeat(46), custom_id: 'v1|run|texts|', components: [] };
  const said = {
    late: sentencesView('late', 'warn'),
    amiss: notShown({ intent: 'run', subject: 'brief' }, ['client']),
  };
  const { callback } = await opening(desk.discord, unfit, said);
  expect(callback).toMatchObject({ type: 4, data: { flags: 32_832 } });
  expect(wordsIn(callback.data)).toMatch(
    /This form cannot be shown here.* Nothing was done. Type it instead: `\/cowork run workflow:brief input:client="…"`/,
  );
  expect(JSON.stringify(desk.logged.at(-1))).toMatch(/none that Discord takes/);
});

test('a form that Discord refuses though our check took it is not offered again, and what to type is said instead', async () => {
  const { codes, name } = await desk.alert();
  const callbacks: Callback[] = [];
  const refuses = async (callback: Callback) => {
    callbacks.push(callback);
    if (!callback.instead) return true;
    callbacks.push(await callback.instead());
    return true;
  };
  for (let times = 0; times < 2; times += 1) await desk.click('jon', codes.silence ?? '', { answer: refuses });
  expect(callbacks.map(({ type }) => type)).toEqual([9, 4, 4]);
  for (const { data } of callbacks.slice(1))
    expect(wordsIn(data)).toMatch(
      new RegExp(`Type it instead: \`/cowork alert silence alert:${name} for:… reason:…\``),
    );
  expect(desk.logged.filter(({ words }) => words.includes('though our check took it'))).toHaveLength(1);
  // Where the plainer words arrive no more, they take another way, and do not say to click again.
  const { codes: others } = await desk.review();
  const before = desk.calls.length;
  await desk.click('ana', others.reject ?? '', {
    answer: async (callback) => {
      await callback.instead?.();
      return false;
    },
  });
  const told = desk.calls
    .slice(before)
    .map(({ body }) => wordsIn(body))
    .join(' ');
  expect(told).toMatch(/Do it in the console: `\/cowork console` leads there/);
  expect(told).not.toContain('Click again');
});

test('a refusal that comes while somebody writes is private, and offers nothing to correct', async () => {
  const { codes, name } = await desk.review();
  const code = codes.reject ?? '';
  await desk.click('ana', code);
  await desk.send('jon', code, { reason: 'mine' });
  const late = await desk.send('ana', code, { reason: 'theirs' });
  expect(wordsIn(late.callback?.data)).toContain(`${name} was rejected by Jon`);
  expect(wordsIn(late.callback?.data)).toMatch(/\*\*What you typed:\*\* > theirs/);
  expect(JSON.stringify(late.callback?.data)).not.toContain('c1|');
  const stale = await desk.click('ana', correctingCode(code), PRIVATE);
  expect(stale.callback).toMatchObject({ type: 7 });
  expect(wordsIn(stale.callback?.data)).toContain(`${name} was rejected by Jon`);
});

test('what was typed is in every refusal, also in one that comes after all was noted', async () => {
  const { codes, name } = await desk.review();
  const code = codes.reject ?? '';
  desk.crashed = true;
  await desk.send('ana', code, { reason: 'my *long* reason' });
  desk.crashed = false;
  const ask = (await desk.asks()).at(-1);
  if (!ask) throw new Error('it was not noted');
  await desk.send('jon', code, { reason: 'mine' });
  expect(desk.answered).not.toContain('What you typed');
  await performReceived(desk.discord, ask);
  expect(desk.answered).toMatch(new RegExp(`${name} was rejected by Jon.*What you typed:.*my \\*long\\* reason`));
  const older = await desk.send('ana', 'v0|reject', { reason: 'kept as well' });
  expect(wordsIn(older.callback?.data)).toMatch(/older version.*What you typed:.*kept as well/);
});

test('fields that the form has no longer, older forms, and buttons made up', async () => {
  const { codes } = await desk.review();
  const code = codes.reject ?? '';
  const other = await desk.send('ana', code, { reason: 'fine', colour: 'red' });
  expect(wordsIn(other.callback?.data)).toContain('The form has changed since you opened it.');
  const form = await desk.click('ana', correctingCode(code), PRIVATE);
  expect(fieldsOf(form.callback)[0]).toMatchObject({ custom_id: 'reason', value: 'fine' });
  expect(wordsIn((await desk.send('ana', 'v0|reject', { reason: 'x' })).callback?.data)).toContain('older version');
  const forged = await desk.click('ana', correctingCode(codes.approve ?? ''), PRIVATE);
  expect(wordsIn(forged.callback?.data)).toContain('older version');
});

test('a choice that was made is made again, and one that is none any more is left open', async () => {
  const { codes, id } = await desk.alert();
  const code = codes.silence ?? '';
  await desk.send('jon', code, { for: '4h', reason: 'x'.repeat(3600) });
  const form = await desk.click('jon', correctingCode(code), PRIVATE);
  const options = fieldsOf(form.callback).find(({ type }) => type === 3)?.options as Json[];
  expect(options.filter((one) => one.default === true)).toMatchObject([{ value: '4h' }]);
  await desk.send('jon', code, { for: 'for ever', reason: 'fine' });
  const open = await desk.click('jon', correctingCode(code), PRIVATE);
  expect(fieldsOf(open.callback).find(({ type }) => type === 4)).toMatchObject({ value: 'fine' });
  await desk.send('jon', correctingCode(code), { for: '4h', reason: 'moves' }, PRIVATE);
  expect(desk.answered).toMatch(new RegExp(`A-${id} is silenced|silenced until`, 'i'));
});

test('while the record does not answer, nothing is done, and what was typed is there to be copied and sent again', async () => {
  const { codes, id } = await desk.review();
  const code = codes.reject ?? '';
  const holder = await desk.stage.fresh.pool.connect();
  await holder.query('begin');
  await holder.query('lock table asks in access exclusive mode');
  const before = desk.calls.length;
  const sent = desk.send('ana', code, { reason: 'the *third* quarter' });
  await settled(async () => {
    const { rows } = await holder.query(
      "select 1 from pg_stat_activity where wait_event = 'relation' and datname = current_database()",
    );
    expect(rows).toHaveLength(1);
  });
  await desk.stage.ground.clock.advance(2000);
  await holder.query('rollback');
  holder.release();
  const { callback } = await sent;
  expect(callback).toMatchObject({ type: 4, data: { flags: 32_832 } });
  expect(wordsIn(callback?.data)).toMatch(
    /The database did not answer in time. Nothing was done. Send it again in a minute. \*\*What you typed:\*\* > the \*third\* quarter Open it again/,
  );
  expect(await desk.row(id)).toMatchObject({ state: 'open' });
  expect(desk.calls).toHaveLength(before);
  const again = await desk.click('ana', correctingCode(code), PRIVATE);
  expect(fieldsOf(again.callback)[0]).toMatchObject({ value: 'the *third* quarter' });
});
