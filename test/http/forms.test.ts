import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { inside, runFolder } from '#src/runs/folders.ts';
import { edit } from '#test/reviews/stage.ts';
import { Console, fieldsOf, seen, type Visitor } from './console.ts';

let here: Console;
let ana: Visitor;
beforeAll(async () => {
  here = await Console.open();
  ana = await here.as('ana');
});
afterAll(() => here[Symbol.asyncDispose]());

const state = async (id: number) => (await here.stage.review(id)).state;
const page = (id: number) => `/reviews/R-${id}`;
const approveForm = async (id: number, who = ana) => fieldsOf(await who.text(page(id)), `${page(id)}/approve`);

describe('a decision', () => {
  test('by the form of the page: approve', async () => {
    const { id, run } = await here.stage.item({ 'brief.md': 'Revenue 3\n' });
    const answer = await ana.post(`${page(id)}/approve`, await approveForm(id));
    expect([answer.status, answer.headers.get('location')]).toEqual([303, page(id)]);
    expect(await state(id)).toBe('approved');
    const waiting = await ana.text(page(id));
    expect(seen(waiting)).toContain('it is on its way to production');
    expect(waiting).toContain('<meta http-equiv="refresh" content="5">');
    await here.stage.work();
    expect(await state(id)).toBe('promoted');
    const after = await ana.text(page(id));
    expect(seen(after)).toContain('was approved by Ana');
    expect(after).not.toContain('http-equiv');
    expect(after).not.toContain(`${page(id)}/approve"`);
    expect(seen(await ana.text(`/runs/${run.id}`))).toContain('In productionproduction/reports/');
  });

  test('reject and ask carry their reason; without one nothing happens', async () => {
    const { id } = await here.stage.item();
    const fields = fieldsOf(await ana.text(page(id)), `${page(id)}/reject`);
    for (const reason of [undefined, '', '   ', '\0']) {
      const answer = await ana.post(`${page(id)}/reject`, { ...fields, ...(reason === undefined ? {} : { reason }) });
      expect(answer.status).toBe(400);
      expect(seen(await answer.text())).toContain(`Say why you reject R-${id}`);
    }
    expect(await state(id)).toBe('open');
    const answer = await ana.post(`${page(id)}/reject`, { ...fields, reason: 'Q3 is <b>missing</b>\r\nand late' });
    expect(answer.status).toBe(303);
    expect(seen(await ana.text(page(id)))).toContain('Q3 is <b>missing</b> and late');

    const other = await here.stage.item();
    const ask = fieldsOf(await ana.text(page(other.id)), `${page(other.id)}/ask`);
    expect((await ana.post(`${page(other.id)}/ask`, { ...ask, reason: 'Add Q4.' })).status).toBe(303);
    const next = await here.stage.db
      .selectFrom('runs')
      .select('id')
      .where('asked_by_review', '=', other.id)
      .executeTakeFirstOrThrow();
    expect(seen(await ana.text(page(other.id)))).toContain(`The change is made by run ${next.id}.`);
  });

  test('sent twice counts once, and the second gets a calm answer with a way back', async () => {
    const { id } = await here.stage.item();
    const fields = await approveForm(id);
    const answers = await Promise.all([1, 2, 3].map(() => ana.post(`${page(id)}/approve`, fields)));
    expect(answers.map((answer) => answer.status).sort()).toEqual([303, 403, 403]);
    const late = answers.find((answer) => answer.status === 403);
    const text = (await late?.text()) ?? '';
    expect(seen(text)).toContain(`R-${id} was approved by Ana today`);
    expect(text).toContain(`<a href="${page(id)}">Review R-${id}</a>`);
    expect(text).toContain('<h1>Decided already</h1>');
    expect(text).toContain('<a href="/today">Today</a>');
    const rows = await here.stage.db.selectFrom('decisions').select('id').where('review_id', '=', id).execute();
    expect(rows).toHaveLength(1);
  });

  test('by a form drawn before the outputs changed is not one', async () => {
    const { id, run } = await here.stage.item();
    const old = await approveForm(id);
    await edit(join(here.stage.outputs(run), 'brief.md'), 'Revenue 4\n');
    const found = await ana.post(`${page(id)}/approve`, old);
    expect(found.status).toBe(409);
    expect(seen(await found.text())).toContain('brief.md changed');
    expect(seen(await ana.text(page(id)))).toContain('The checks run again on the changed files');
    await here.stage.work();
    const again = await ana.post(`${page(id)}/approve`, old);
    expect(again.status).toBe(409);
    expect(await state(id)).toBe('open');
    expect((await ana.post(`${page(id)}/approve`, await approveForm(id))).status).toBe(303);
  });

  test('is not offered beside a brief that is not the one of the record', async () => {
    const { id, run } = await here.stage.item();
    const before = await approveForm(id);
    expect(before.brief).toMatch(/^sha256:/);
    await edit(
      inside.brief(runFolder(here.stage.root, run)),
      '# Review\n\n## 60-second check\n\n- [ ] Nothing to see\n',
    );
    const text = await ana.text(page(id));
    expect(text).not.toContain(`${page(id)}/approve"`);
    expect(text).toContain(`${page(id)}/reject"`);
    expect(seen(text)).toContain('is not the one that was written for this item, so it cannot be approved here');
  });

  test('needs every field that says what was seen', async () => {
    const { id } = await here.stage.item();
    const fields = await approveForm(id);
    const odd = [
      { revision: '' },
      { revision: '0' },
      { revision: '1.5' },
      { revision: 'NaN' },
      { revision: '-1' },
      { hash: '' },
      { hash: 'zz' },
      { brief: '' },
      { definition: '' },
    ];
    for (const over of odd) {
      const answer = await ana.post(`${page(id)}/approve`, { ...fields, ...over });
      expect([over, answer.status]).toEqual([over, 400]);
    }
    for (const over of [
      { revision: '2' },
      { hash: 'a'.repeat(64) },
      { brief: 'a'.repeat(64) },
      { definition: 'b'.repeat(64) },
    ]) {
      const answer = await ana.post(`${page(id)}/approve`, { ...fields, ...over });
      expect([over, answer.status]).toEqual([over, 409]);
    }
    expect(await state(id)).toBe('open');
  });

  test.each(['constructor', '__proto__', 'APPROVE', 'approve%00', 'delete', 'toString'])(
    '%s is no act',
    async (verdict) => {
      const { id } = await here.stage.item();
      const answer = await ana.post(`${page(id)}/${verdict}`, { ...(await approveForm(id)), reason: 'x' });
      expect(answer.status).toBe(404);
      expect(await state(id)).toBe('open');
    },
  );
});

describe('the secret of the form', () => {
  test('of another session, or none, does nothing', async () => {
    const { id } = await here.stage.item();
    const jon = await here.as('jon');
    const fields = await approveForm(id);
    for (const csrf of ['', 'x', jon.csrf, `${ana.csrf} `]) {
      const answer = await ana.post(`${page(id)}/approve`, { ...fields, csrf });
      expect(answer.status).toBe(403);
      expect(seen(await answer.text())).toContain('This page is older than your session, so nothing was done.');
    }
    const nobody = await here.nobody().post(`${page(id)}/approve`, fields);
    expect(nobody.status).toBe(403);
    expect(seen(await nobody.text())).toContain('Nobody is signed in on this page, so nothing was done.');
    expect(await state(id)).toBe('open');
  });

  test('is asked for by every form that acts', async () => {
    const { id, run } = await here.stage.item();
    for (const path of [`${page(id)}/look`, `${page(id)}/undo`, `${page(id)}/ask`, `/runs/${run.id}/cancel`]) {
      const answer = await ana.post(path, { csrf: 'wrong', reason: 'x', revision: '1' });
      expect([path, answer.status]).toEqual([path, 403]);
    }
  });
});

describe('the wrong person', () => {
  test('sees who can, gets no buttons, and is refused when the form is sent all the same', async () => {
    const { id } = await here.stage.item();
    const fields = await approveForm(id);
    const vic = await here.as('vic');
    const text = await vic.text(page(id));
    expect(text).not.toContain('<button class="primary">Approve');
    expect(seen(text)).toContain('You may not approve brief. Maya, Jon and Ana can.');
    for (const verdict of ['approve', 'reject', 'ask', 'look', 'undo']) {
      const answer = await vic.post(`${page(id)}/${verdict}`, { ...fields, csrf: vic.csrf, reason: 'x' });
      expect([verdict, answer.status]).toEqual([verdict, 403]);
    }
    expect(await state(id)).toBe('open');
  });

  test('who started the run reads that in the place of the buttons', async () => {
    const { id } = await here.stage.item({ 'a.md': 'x' }, { trigger_kind: 'person', trigger_by: 'ana' });
    expect(seen(await ana.text(page(id)))).toContain(
      'You started this run, so you cannot approve it. Maya and Jon can.',
    );
  });
});

test('two people: the page tells how far it is, and who approved may only take it back', async () => {
  const { id } = await here.stage.item({ 'a.md': 'x' }, { tier: 'T3' });
  await ana.post(`${page(id)}/approve`, await approveForm(id));
  const mine = await ana.text(page(id));
  expect(seen(mine)).toContain('Needs 2 different people: 1 of 2 so far (Ana).');
  expect(seen(mine)).toContain('You have approved it.');
  expect(mine).not.toContain(`${page(id)}/approve"`);
  const jon = await here.as('jon');
  await jon.post(`${page(id)}/approve`, await approveForm(id, jon));
  expect(await state(id)).toBe('approved');
});

test('undo: by who may, with what will happen said before', async () => {
  const { id } = await here.stage.item();
  await ana.post(`${page(id)}/approve`, await approveForm(id));
  await here.stage.work();
  expect(await ana.text(page(id))).not.toContain('/undo"');
  const maya = await here.as('maya');
  const text = await maya.text(page(id));
  expect(seen(text)).toContain('is moved, whole, out of production into the archive. Nothing is deleted.');
  expect((await maya.post(`${page(id)}/undo`, fieldsOf(text, `${page(id)}/undo`))).status).toBe(303);
  expect(await state(id)).toBe('undone');
  const again = await maya.post(`${page(id)}/undo`);
  expect(again.status).toBe(403);
  expect(seen(await again.text())).toContain(`R-${id} was undone by Maya today`);
});

describe('a body', () => {
  test('over 64 kB or of unknown length is not read', async () => {
    const { id } = await here.stage.item();
    const fields = { ...(await approveForm(id)), reason: 'x'.repeat(70_000) };
    const large = await ana.post(`${page(id)}/reject`, fields);
    expect(large.status).toBe(400);
    expect(seen(await large.text())).toContain('This form is too large, so nothing was done.');
    const unknown = await ana.post(`${page(id)}/reject`, fields, { headers: { 'content-length': undefined } });
    expect(unknown.status).toBe(400);
    expect(await state(id)).toBe('open');
  });

  test.each([
    ['application/json', '{"csrf":"x"}'],
    ['text/plain', 'csrf=x'],
    ['multipart/form-data', 'no boundary'],
    ['multipart/form-data; boundary=x', '--y\r\nbroken'],
  ])('of %s that is no form of ours does nothing', async (type, body) => {
    const { id } = await here.stage.item();
    const answer = await ana.post(
      `${page(id)}/approve`,
      {},
      {
        body,
        headers: { 'content-type': type, 'content-length': String(body.length) },
      },
    );
    expect([400, 403]).toContain(answer.status);
    expect(await state(id)).toBe('open');
  });

  test('with a file where a text should be has no text there', async () => {
    const { id } = await here.stage.item();
    const form = new FormData();
    form.set('csrf', new File([ana.csrf], 'csrf'));
    const answer = await ana.visit(`${page(id)}/look`, {
      method: 'POST',
      body: form,
      headers: { origin: here.base, 'content-length': '400' },
    });
    expect(answer.status).toBe(403);
  });
});

describe('an address that names nothing', () => {
  test.each([
    ['/runs/nothing', 404, 'There is no such run.'],
    ['/runs/%00', 404, 'There is no such run.'],
    ['/runs/..%2f..%2fetc%2fpasswd', 404, 'There is no such run.'],
    ['/runs/%E0%A4%A', 404, 'There is no such run.'],
    ["/runs/'%3B%20drop%20table%20runs", 404, 'There is no such run.'],
    ['/reviews/R-4711', 404, 'There is no review R-4711'],
    ['/reviews/R-999999999999999', 404, 'There is no review'],
    ['/reviews/R-0', 400, 'is not a review'],
    ['/reviews/%00', 400, 'is not a review'],
    ['/reviews/constructor', 400, 'is not a review'],
    ['/reviews/%3Cscript%3E', 400, 'is not a review'],
    ['/nothing', 404, 'There is no such page.'],
    ['//evil.example/', 404, 'There is no such page.'],
  ])('%s', async (path, status, sentence) => {
    const answer = await ana.visit(`${here.base}${path}`);
    expect(answer.status).toBe(status);
    const text = await answer.text();
    expect(seen(text)).toContain(sentence);
    expect(text).not.toMatch(/<script(?! src="\/app\.js" defer>)/);
  });

  test('gets no act done either', async () => {
    for (const path of [
      '/reviews/R-4711/approve',
      '/reviews/R-4711/look',
      '/reviews/R-4711/undo',
      '/runs/nothing/cancel',
      '/runs/%00/cancel',
    ]) {
      const answer = await ana.post(path, {
        revision: '1',
        hash: 'a'.repeat(64),
        brief: 'a'.repeat(64),
        definition: 'a'.repeat(64),
      });
      expect([path, answer.status]).toEqual([path, 404]);
    }
  });
});

test('the overview renews itself until something has run and while something runs, and rests otherwise', async () => {
  await using fresh = await Console.open();
  const visitor = await fresh.as('ana');
  const renews = async () => (await visitor.text('/today')).includes('<meta http-equiv="refresh" content="10">');
  expect(await renews()).toBe(true);
  const { run } = await fresh.stage.item();
  expect(await renews()).toBe(false);
  const set = (state: 'running' | 'parked') =>
    fresh.stage.db.updateTable('runs').set({ state, status: null, ended_at: null }).where('id', '=', run.id).execute();
  await set('running');
  expect(await renews()).toBe(true);
  await set('parked');
  expect(await renews()).toBe(false);
});

test('HEAD answers as GET would, without a body', async () => {
  const { id, run } = await here.stage.item();
  for (const path of ['/', page(id), `/runs/${run.id}`, '/style.css', '/healthz', '/readyz', '/sign-in', '/nothing']) {
    const [head, get] = [await ana.visit(path, { method: 'HEAD' }), await ana.visit(path)];
    expect([path, head.status, await head.text()]).toEqual([path, get.status, '']);
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
    await get.text();
  }
});
