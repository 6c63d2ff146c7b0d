import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { NewRun } from '#src/store/schema.ts';
import { edit, type Files, workflowOf } from '#test/reviews/stage.ts';
import { Console, fieldsOf, seen, type Visitor } from './console.ts';

let here: Console;
let ana: Visitor;
beforeAll(async () => {
  here = await Console.open();
  ana = await here.as('ana');
});
afterAll(() => here[Symbol.asyncDispose]());

const page = (id: number) => `/reviews/R-${id}`;

/** An item whose workflow has delivered `old` before. */
async function delivered(place: Console, old: Files, now: Files, over: Partial<NewRun> = {}) {
  const before = await place.stage.item(old, over);
  await place.stage.say(before.id, 'ana');
  await place.stage.work();
  const later = new Date(place.stage.ground.clock.now().getTime() + 60_000);
  place.stage.ground.clock.advance(60_000);
  return { before, ...(await place.stage.item(now, { ...over, queued_at: later })) };
}

describe('what changed since the last approved output', () => {
  test('is told by file at once, and in full where one looks or asks for it', async () => {
    const { id, before } = await delivered(
      here,
      {
        'brief.md': 'Revenue 1\n',
        'rows.csv': 'id,n\n1,<b>2</b>\n',
        'm.json': '{"a":1}',
        'same.md': 's',
        'gone.md': 'g',
      },
      {
        'brief.md': 'Revenue 2\u202e\n',
        'rows.csv': 'id,n\n1,<i>3</i>\n',
        'm.json': '{"a":2}',
        'same.md': 's',
        'new.md': 'n',
      },
    );
    const short = await ana.text(page(id));
    expect(seen(short)).toContain('Compared with what was delivered');
    expect(short).toContain(`href="/runs/${before.run.id}"`);
    expect(short).not.toContain('class="diff"');
    expect(short).toContain(`href="${page(id)}?changes=all#changes"`);
    const whole = await ana.text(`${page(id)}?changes=all`);
    expect(whole).toContain('class="diff"');
    expect(seen(whole)).toContain('removed: Revenue 1');
    expect(seen(whole)).toContain('added: Revenue 2U+202E');
    expect(seen(whole)).toContain('was <b>2</b> is <i>3</i>');
    expect(seen(whole)).toContain('1 value changed, no values added');
    expect(seen(whole)).toContain('added new.md');
    expect(seen(whole)).toContain('removed gone.md');
    expect(seen(whole)).toContain('1 file unchanged: same.md.');
    expect(whole).not.toMatch(/<b>|<i>/);
    expect((await ana.post(`${page(id)}/look`, fieldsOf(short, `${page(id)}/look`))).status).toBe(303);
    expect(await ana.text(page(id))).toContain('class="diff"');
    expect(await (await here.as('jon')).text(page(id))).not.toContain('class="diff"');
  });

  test('is nothing for the first of a workflow', async () => {
    await using fresh = await Console.open();
    const { id } = await fresh.stage.item({ 'brief.md': 'x\n' });
    expect(seen(await (await fresh.as('ana')).text(page(id)))).toContain(
      'Nothing of this workflow was approved before, so there is nothing to compare with.',
    );
  });

  test('is not compared with bytes that are no longer those of the record', async () => {
    const { id, run } = await delivered(here, { 'brief.md': 'one\n' }, { 'brief.md': 'two\n' });
    await edit(`${here.stage.outputs(run)}/brief.md`, 'three\n');
    const text = seen(await ana.text(`${page(id)}?changes=all`));
    expect(text).toContain('Of this file the bytes on disk are not those in the record.');
    expect(text).toContain('This file was changed after it was staged: it is not the one in the record.');
  });

  test('is names, sizes and states for who may not see the contents, whatever they ask for', async () => {
    const workflow = workflowOf({ data_class: 'confidential', review: { approvers: ['ana'] } });
    await using closed = await Console.open({ home: { workflow } });
    const { id, before } = await delivered(closed, { 'brief.md': 'Nightjar 1\n' }, { 'brief.md': 'Nightjar 2\n' });
    const vic = await closed.as('vic');
    const hidden = await vic.text(`${page(id)}?changes=all&files=all`);
    expect(seen(hidden)).toContain('changed brief.md');
    expect(hidden).not.toMatch(/Nightjar|class="diff"|\/outputs\/brief\.md/);
    expect((await vic.visit(`/runs/${before.run.id}/outputs/brief.md`)).status).toBe(403);
    expect(seen(await (await closed.as('ana')).text(`${page(id)}?changes=all`))).toContain('removed: Nightjar 1');
  });
});

describe('the 60-second check', () => {
  test('has each number beside the item that speaks of it, and what it was when approved last', async () => {
    const numbers = (value: string) => ({
      key_numbers: JSON.stringify([
        { label: 'Revenue', value },
        { label: 'Pages', value: '3 <b>' },
      ]),
    });
    const { id } = await delivered(here, { 'brief.md': 'a\n' }, { 'brief.md': 'b\n' }, numbers('100 EUR'));
    await here.stage.db.updateTable('runs').set(numbers('110 EUR')).where('review_id', '=', id).execute();
    const text = seen(await ana.text(page(id)));
    expect(text).toContain('Revenue equals the ledger 110 EUR last approved 100 EUR, +10 %');
    expect(text).toContain('3 <b>');
  });
});

test('a page of an item with a hundred and more files lists the first and leads to all', async () => {
  const files = Object.fromEntries(
    Array.from({ length: 120 }, (_, index) => [`${String(index).padStart(3, '0')}.md`, 'x\n']),
  );
  const { id } = await here.stage.item(files);
  const outputs = (html: string) => html.slice(html.indexOf('id="outputs"'), html.indexOf('id="checks"'));
  expect(seen(outputs(await ana.text(page(id))))).toContain('and 20 more files');
  expect(outputs(await ana.text(page(id)))).not.toContain('119.md');
  expect(outputs(await ana.text(`${page(id)}?files=all`))).toContain('119.md');
});
