import { randomUUID } from 'node:crypto';
import { mkdir, rm, truncate, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inside, runFolder } from '#src/runs/folders.ts';
import type { RunRow } from '#src/store/schema.ts';
import { edit, workflowOf } from '#test/reviews/stage.ts';
import { Console, fieldsOf, seen, type Visitor } from './console.ts';
import { pngOf } from './pictures.ts';

let here: Console;
let ana: Visitor;
let maya: Visitor;
beforeAll(async () => {
  here = await Console.open({ home: { workflow: workflowOf({ tier: 'T1' }) } });
  ana = await here.as('ana');
  maya = await here.as('maya');
});
afterAll(() => here[Symbol.asyncDispose]());

const page = (id: string) => `/runs/${id}`;
const outputAt = (run: RunRow, path: string) => join(here.stage.outputs(run), path);
const underWay = (state: 'running' | 'queued' | 'parked') =>
  here.stage.ended({ 'brief.md': 'x\n' }, { state, status: null, ended_at: null, folder: 'staging' });

describe('previews of a run’s outputs', () => {
  test('of files that nobody would want in a page take little room and run nothing', async () => {
    const names = [
      'huge.csv',
      'huge.md',
      'broken.png',
      'bomb.png',
      'page.html',
      'blob.bin',
      'latin.txt',
      'gone.md',
      'changed.md',
    ];
    const run = await here.stage.ended({
      ...Object.fromEntries(names.map((name) => [name, '<script>alert(1)</script>\n'])),
      'long.txt': 'x'.repeat(100_000),
      'rtl \u202egnp.txt': 'abc\u202edef\u200b שלום\n',
      'rows.csv': `id,n\n${'1,2\n'.repeat(1_000_000)}`,
    });
    const put = (path: string, content: string | Buffer) => edit(outputAt(run, path), content);
    await put('huge.csv', 'a,b\n1,2\n');
    await truncate(outputAt(run, 'huge.csv'), 2 ** 31);
    await put('huge.md', 'line\n'.repeat(10_000));
    await truncate(outputAt(run, 'huge.md'), 2 ** 31);
    await put('broken.png', pngOf(30, 20).subarray(0, -8));
    await put('bomb.png', pngOf(60_000, 60_000));
    await put('blob.bin', Buffer.from([0, 1, 2, 255]));
    await put('latin.txt', Buffer.from('Gr\u00fc\u00dfe aus K\u00f6ln', 'latin1'));
    await rm(outputAt(run, 'gone.md'), { force: true });
    await put('changed.md', 'other words\n');
    const html = await ana.text(page(run.id));
    expect(html.length).toBeLessThan(300_000);
    expect(html).not.toMatch(/<script(?! src="\/app\.js")/);
    const text = seen(html);
    for (const words of [
      'This PNG picture is damaged, so it cannot be shown.',
      'No preview: this picture has 60,000 × 60,000 pixels, too many to draw here.',
      'Shown as its source; a page or drawing is never run here.',
      '<script>alert(1)</script>',
      'No preview: this file is not text. Download it to look.',
      'Grüße aus Köln',
      'This file is not where it was staged, so there is nothing to show.',
      'This file was changed after it was staged: it is not the one in the record.',
      'The first 50 rows are shown. Download the file for the rest.',
      'abcU+202EdefU+200B שלום',
      'rtl U+202Egnp.txt',
    ])
      expect([words, text.includes(words)]).toEqual([words, true]);
    const head = await ana.visit(`${page(run.id)}/outputs/huge.csv`, { method: 'HEAD' });
    expect(head.headers.get('content-length')).toBe(String(2 ** 31));
  });

  test('end after twenty files, and the list after a hundred, with all one click away', async () => {
    const files = Object.fromEntries(
      Array.from({ length: 130 }, (_, index) => [`${String(index).padStart(3, '0')}.txt`, `file ${index}\n`]),
    );
    const run = await here.stage.ended(files);
    const text = seen(await ana.text(page(run.id)));
    expect(text).toContain('file 19');
    expect(text).not.toContain('file 20');
    expect(text).toContain('and 30 more files');
    expect(text).not.toContain('129.txt');
    expect(seen(await ana.text(`${page(run.id)}?files=all`))).toContain('129.txt');
  });
});

describe('a picture', () => {
  let run: RunRow;
  beforeAll(async () => {
    run = await here.stage.ended({ 'chart.png': 'x', 'page.png': '<script>alert(1)</script>', 'data/b.png': 'x' });
    await edit(outputAt(run, 'chart.png'), pngOf(30, 20));
    await edit(outputAt(run, 'data/b.png'), pngOf(30, 20).subarray(0, -8));
  });

  test('is drawn by its own signature, as nothing but a picture', async () => {
    expect(await ana.text(page(run.id))).toContain(
      `<img src="/runs/${run.id}/pictures/chart.png" width="30" height="20"`,
    );
    const answer = await ana.visit(`${page(run.id)}/pictures/chart.png`);
    expect(answer.status).toBe(200);
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'image/png',
      'x-content-type-options': 'nosniff',
      'content-security-policy': "default-src 'none'; sandbox",
      'content-disposition': 'inline',
      'cache-control': 'no-store',
    });
    expect(Buffer.from(await answer.arrayBuffer())).toEqual(pngOf(30, 20));
  });

  test.each(['page.png', 'data/b.png', 'nothing.png', '../manifest.json', '..%2fmanifest.json'])(
    'is not %s',
    async (path) => {
      const answer = await ana.visit(`${page(run.id)}/pictures/${path}`);
      expect(answer.status).toBe(404);
      expect(answer.headers.get('content-type')).toContain('text/html');
    },
  );

  test('is not for nobody', async () =>
    expect((await here.nobody().visit(`${page(run.id)}/pictures/chart.png`)).status).toBe(403));
});

describe('a step', () => {
  let run: RunRow;
  beforeAll(async () => {
    run = await here.stage.ended({ 'brief.md': 'x\n' }, { status: 'FAILED', error_class: 'SkillExit' });
    const started_at = here.stage.ground.clock.now();
    await here.stage.db
      .insertInto('step_attempts')
      .values({
        ...{
          run_id: run.id,
          step: 'write',
          attempt: 1,
          skill: 'memo-v1',
          skill_hash: 'sha256:0',
          executor: randomUUID(),
        },
        ...{ state: 'failed', started_at, ended_at: new Date(started_at.getTime() + 2000), exit_code: 1 },
        ...{ error_class: 'SkillExit', error_message: 'no <b>column</b>' },
      })
      .execute();
    const path = inside.log(runFolder(here.stage.root, run), 'write', 1);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, 'one\n<img src=x onerror=alert(1)>\n');
  });

  test('shows its attempts with the end of their logs, and the whole log as a file', async () => {
    const html = await ana.text(page(run.id));
    expect(seen(html)).toContain('Attempt 1');
    expect(seen(html)).toContain('took 2.0 s');
    expect(seen(html)).toContain('SkillExit: no <b>column</b>');
    expect(seen(html)).toContain('<img src=x onerror=alert(1)>');
    expect(html).not.toContain('<img src=x');
    const answer = await ana.visit(`${page(run.id)}/logs/write/1`);
    expect([answer.status, await answer.text()]).toEqual([200, 'one\n<img src=x onerror=alert(1)>\n']);
    expect(answer.headers.get('content-type')).toBe('application/octet-stream');
    expect(answer.headers.get('content-disposition')).toContain('attachment');
  });

  test.each(['write/2', 'other/1', '..%2f..%2fwrite/1', '%00/1', 'write/1x', 'write/-1'])(
    'has no log at %s',
    async (path) => expect((await ana.visit(`${page(run.id)}/logs/${path}`)).status).toBe(404),
  );

  test('says nothing of its words to nobody', async () => {
    const nobody = here.nobody();
    const text = seen(await nobody.text(page(run.id)));
    expect(text).toContain('SkillExit');
    expect(text).not.toContain('onerror');
    expect(text).not.toContain('column');
    expect((await nobody.visit(`${page(run.id)}/logs/write/1`)).status).toBe(403);
  });
});

describe('a page of a run under way', () => {
  test('renews itself, by script or without one, until the run ends', async () => {
    const run = await underWay('running');
    const html = await ana.text(page(run.id));
    expect(html).toContain('<noscript><meta http-equiv="refresh" content="5"></noscript>');
    expect(html).toContain('<main id="content" data-renew="5">');
    const ended = await here.stage.ended();
    expect(await ana.text(page(ended.id))).not.toMatch(/http-equiv|data-renew/);
  });
});

describe('an act on a run', () => {
  test('cancel: by who may, once, and then it says who asked', async () => {
    const run = await underWay('running');
    expect(await ana.text(page(run.id))).not.toContain('/cancel"');
    expect((await ana.post(`${page(run.id)}/cancel`)).status).toBe(403);
    const fields = fieldsOf(await maya.text(page(run.id)), `${page(run.id)}/cancel`);
    expect((await maya.post(`${page(run.id)}/cancel`, { ...fields, csrf: 'x' })).status).toBe(403);
    expect((await here.stage.run(run.id)).cancel_asked_at).toBeNull();
    const answer = await maya.post(`${page(run.id)}/cancel`, fields);
    expect([answer.status, answer.headers.get('location')]).toEqual([303, page(run.id)]);
    const after = await maya.text(page(run.id));
    expect(seen(after)).toContain('Maya asked to cancel it');
    expect(after).not.toContain('/cancel"');
  });

  test('rerun: a form sent twice starts one run; a page drawn anew may start another', async () => {
    const run = await here.stage.ended();
    const again = async () =>
      here.stage.db.selectFrom('runs').select('id').where('rerun_of', '=', run.id).orderBy('queued_at').execute();
    expect(await ana.text(page(run.id))).not.toContain('/rerun"');
    const fields = fieldsOf(await maya.text(page(run.id)), `${page(run.id)}/rerun`);
    const both = await Promise.all([
      maya.post(`${page(run.id)}/rerun`, fields),
      maya.post(`${page(run.id)}/rerun`, fields),
    ]);
    expect(both.map(({ status }) => status).sort()).toEqual([303, 409]);
    const third = await maya.post(`${page(run.id)}/rerun`, fields);
    expect(third.status).toBe(409);
    expect(seen(await third.text())).toContain('This form was sent before, and its run is started already.');
    const [started] = await again();
    expect((await again()).length).toBe(1);
    expect(both.find(({ status }) => status === 303)?.headers.get('location')).toBe(page(started?.id ?? ''));
    expect(seen(await maya.text(page(run.id)))).toContain(`Run again as${started?.id}`);
    expect(seen(await maya.text(page(started?.id ?? '')))).toContain(`Repeats${run.id}`);
    const anew = fieldsOf(await maya.text(page(run.id)), `${page(run.id)}/rerun`);
    expect((await maya.post(`${page(run.id)}/rerun`, anew)).status).toBe(303);
    expect((await again()).length).toBe(2);
  });

  test('undo: with a reason that the trail keeps, by who may', async () => {
    const { id, run } = await here.stage.item({ 'brief.md': 'x\n' });
    await here.stage.say(id, 'ana');
    await here.stage.work();
    expect(await ana.text(page(run.id))).not.toContain('/undo"');
    const html = await maya.text(page(run.id));
    expect(seen(html)).toContain('In productionproduction/reports/');
    expect(seen(html)).toMatch(/Ana approved .*, revision 1, sha256 [0-9a-f]{12}/);
    const answer = await maya.post(`${page(run.id)}/undo`, {
      ...fieldsOf(html, `${page(run.id)}/undo`),
      reason: 'wrong <b>month</b>',
    });
    expect(answer.status).toBe(303);
    await here.stage.work();
    const after = seen(await maya.text(page(run.id)));
    expect(after).toContain('Was in production');
    expect(after).toContain('wrong <b>month</b>');
  });

  test('answering for a lost step: only one of the three answers, by who may', async () => {
    const run = await underWay('parked');
    const at = `${page(run.id)}/unpark`;
    expect((await ana.text(page(run.id))).includes(at)).toBe(true);
    expect((await (await here.as('vic')).text(page(run.id))).includes(at)).toBe(false);
    const { lost = '' } = fieldsOf(await maya.text(page(run.id)), at);
    for (const outcome of ['', 'again', 'DONE']) expect((await maya.post(at, { outcome, lost })).status).toBe(400);
    expect((await maya.post(at, { outcome: 'fail' })).status).toBe(400);
    expect((await maya.post(at, { outcome: 'fail', lost: '0123456789ab' })).status).toBe(409);
    expect((await (await here.as('vic')).post(at, { outcome: 'fail', lost })).status).toBe(403);
    expect((await here.stage.run(run.id)).state).toBe('parked');
    expect((await maya.post(at, { outcome: 'fail', lost })).status).toBe(303);
    expect((await here.stage.run(run.id)).state).not.toBe('parked');
  });

  test.each(['cancel', 'rerun', 'undo', 'unpark'])('%s of a run that is none', async (act) => {
    expect((await maya.post(`/runs/nothing/${act}`, { asked: '0', outcome: 'done' })).status).toBe(404);
    expect((await maya.post(`/runs/%00/${act}`, { asked: '0', outcome: 'done' })).status).toBe(404);
  });
});

test('a run of closed work shows names, counts and states to who may not see it', async () => {
  await using closed = await Console.open({
    home: { workflow: workflowOf({ data_class: 'restricted', review: { approvers: ['ana'] } }) },
  });
  const check = {
    kind: 'column',
    level: 'fail',
    result: 'FAIL',
    expected: { not: 'Nightjar' },
    actual: ['Nightjar'],
    message: 'Nightjar found',
    ms: 1,
  };
  const run = await closed.stage.ended(
    { 'brief.md': 'Nightjar\n' },
    {
      ...{ summary: 'Nightjar', note: 'Nightjar', texts: JSON.stringify({ topic: 'Nightjar' }), confidence: 0.5 },
      validation: JSON.stringify({ run_id: 'x', result: 'FAIL', checks: [{ name: 'no_names', ...check }] }),
    },
  );
  const fetched_at = closed.stage.ground.clock.now();
  await closed.stage.db
    .insertInto('run_inputs')
    .values([
      { run_id: run.id, name: 'topic', status: 'ok', required: true, fetched_at },
      { run_id: run.id, name: 'crm', status: 'failed', required: false, detail: 'Nightjar was refused', fetched_at },
    ])
    .execute();
  const hidden = seen(await (await closed.as('vic')).text(page(run.id)));
  expect(hidden).not.toContain('Nightjar');
  for (const name of [
    'brief.md',
    'no_names',
    'FAIL',
    'topic',
    'crm',
    'failed',
    'What it found is for those who may see the outputs.',
  ])
    expect(hidden).toContain(name);
  const shown = seen(await (await closed.as('ana')).text(page(run.id)));
  for (const words of ['Nightjar found', 'Nightjar was refused']) expect(shown).toContain(words);
});
