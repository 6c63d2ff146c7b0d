import { truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { applyPatch } from 'diff';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type LineDiff, lineDiff } from '#src/reports/diff.ts';
import { comparedApart } from '#src/reports/diff-apart.ts';
import { markedLines, piecesOf } from '#src/reports/diff-marks.ts';
import { changedFiles, differenceOf, lastApproved, type Sides } from '#src/reports/diff-outputs.ts';
import { rowDiff } from '#src/reports/diff-rows.ts';
import { compareTexts } from '#src/reports/diff-text.ts';
import { valueDiff } from '#src/reports/diff-values.ts';
import { pngOf } from '#test/http/pictures.ts';
import { edit, Stage } from '#test/reviews/stage.ts';

/** The difference as `diff -u` writes it. */
const written = (diff: LineDiff | null): string[] =>
  diff?.hunks.flatMap(({ lines }) =>
    lines.map(({ how, text }) => `${{ same: ' ', added: '+', removed: '-' }[how]}${text}`),
  ) ?? [];

const linesOf = fc.array(fc.constantFrom('a', 'b', 'c', 'long line with words', '', '\u202ex', '\r'), {
  maxLength: 40,
});

describe('by lines', () => {
  test('tells what was added and removed, with what stands around it', () => {
    const before = 'one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\n';
    const diff = lineDiff(before, before.replace('five', '5'));
    expect(diff).toMatchObject({ added: 1, removed: 1, left: 0, remark: null });
    expect(diff?.hunks[0]).toMatchObject({ before: 2, after: 2 });
    expect(written(diff)).toEqual([' two', ' three', ' four', '-five', '+5', ' six', ' seven', ' eight']);
  });

  test('applied to the one gives exactly the other', () => {
    fc.assert(
      fc.property(linesOf, linesOf, fc.boolean(), (one, other, ended) => {
        const [before, after] = [`${one.join('\n')}\n`, other.join('\n') + (ended ? '\n' : '')];
        const diff = lineDiff(before, after);
        const hunks = diff?.hunks.map(({ before: oldStart, after: newStart, lines }) => {
          const count = (how: string) => lines.filter((line) => line.how !== how).length;
          return {
            ...{ oldStart, newStart, oldLines: count('added'), newLines: count('removed') },
            lines: written({ ...diff, hunks: [{ before: oldStart, after: newStart, lines }] }),
          };
        });
        const ends = (text: string) => (text.endsWith('\n') || text === '' ? text : `${text}\n`);
        const patch = { oldFileName: '', newFileName: '', oldHeader: '', newHeader: '', hunks: hunks ?? [] };
        expect(applyPatch(ends(before), patch as never)).toBe(ends(after));
      }),
    );
  });

  test('says where a last line end came or went', () => {
    expect(lineDiff('a\n', 'a')?.remark).toBe('The last line now has no line end.');
    expect(lineDiff('a', 'a\n')?.remark).toBe('The last line now ends with a line end.');
  });

  test('gives up where everything differs, and says so', () => {
    const lines = (word: string) => Array.from({ length: 20_000 }, (_, index) => `${word} ${index * 7}`).join('\n');
    expect(lineDiff(lines('x'), lines('y'))).toBeNull();
    expect(compareTexts('a.txt', lines('x'), lines('y'))).toEqual({
      kind: 'none',
      why: 'The two differ in so much that the comparison was given up. Download both to look.',
    });
  });

  test('shows the first 400 lines and counts the rest', () => {
    const diff = compareTexts('a.md', '', Array.from({ length: 1000 }, (_, index) => `line ${index}\n`).join(''));
    expect(diff).toMatchObject({ kind: 'lines', added: 1000, removed: 0, left: 600 });
    expect(written(diff as LineDiff)).toHaveLength(400);
  });
});

describe('marks within a line', () => {
  const marks = (was: string, is: string) => {
    const pieces = piecesOf(was, is);
    const drawn = (side: typeof pieces.was) => side.map(({ text, changed }) => (changed ? `[${text}]` : text)).join('');
    return [drawn(pieces.was), drawn(pieces.is)];
  };

  test('are on the words that differ', () =>
    expect(marks('Revenue was 1,180 EUR', 'Revenue was 1,204 EUR')).toEqual([
      'Revenue was 1,[180] EUR',
      'Revenue was 1,[204] EUR',
    ]));

  test('stay on a difference in the middle of 100 kB, with no more of it than a line', () => {
    const line = (word: string) => `${'x'.repeat(50_000)}${word}${'y'.repeat(50_000)}`;
    const [was, is] = marks(line('old'), line('new 😀'));
    expect(was).toBe(
      `(49,940 characters the same)… ${'x'.repeat(60)}[old]${'y'.repeat(60)} …(49,940 characters the same)`,
    );
    expect(is).toContain('[new 😀]');
  });

  test('lose no character of short lines and pair each removed line with one added', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), fc.string({ unit: 'grapheme' }), (was, is) => {
        const pieces = piecesOf(was, is);
        expect(pieces.was.map(({ text }) => text).join('')).toBe(was);
        expect(pieces.is.map(({ text }) => text).join('')).toBe(is);
      }),
    );
    const hunk = markedLines([
      { how: 'same', text: 's' },
      { how: 'removed', text: 'a 1' },
      { how: 'removed', text: 'b 1' },
      { how: 'added', text: 'a 2' },
    ]);
    expect(hunk.map(({ how, text, pieces }) => [how, text, pieces?.length ?? 0])).toEqual([
      ['same', 's', 0],
      ['removed', 'a 1', 2],
      ['removed', 'b 1', 0],
      ['added', 'a 2', 2],
    ]);
  });
});

describe('by rows', () => {
  test('matches rows by the first column, wherever they stand and however columns moved', () => {
    const diff = rowDiff(
      'id,name,sum\n1,a,10\n2,b,20\n3,c,30\n',
      'id,sum,name,new\n3,30,c,\n2,25,b,\n4,40,d,x\n',
      'csv',
    );
    expect(diff).toMatchObject({ key: 'id', columnsAdded: ['new'], columnsRemoved: [] });
    expect(diff?.counts).toEqual({ added: 1, removed: 1, changed: 1, same: 1 });
    expect(diff?.changes).toEqual([
      { how: 'changed', cells: ['2', '25', 'b', ''], was: { 1: '20' } },
      { how: 'added', cells: ['4', '40', 'd', 'x'], was: {} },
      { how: 'removed', cells: ['1', '10', 'a', ''], was: {} },
    ]);
  });

  test('compares whole rows where the first column does not name each once', () => {
    const diff = rowDiff('day,sum\nmon,1\nmon,2\nmon,2\n', 'day,sum\nmon,2\nmon,3\nmon,2\n', 'csv');
    expect(diff).toMatchObject({ key: null, counts: { added: 1, removed: 1, changed: 0, same: 2 } });
  });

  test('reads semicolons, quotes, a byte order mark and rows longer than the header', () => {
    const diff = rowDiff('\ufeffid;n\n1;"a;b"\n2;c\n', 'id;n\n1;"a;b"\n2;c;d\n', 'csv');
    expect(diff?.changes).toEqual([{ how: 'changed', cells: ['2', 'c', 'd'], was: { 2: '' } }]);
  });

  test.each([
    ['columns of one name', 'a,a\n1,2\n'],
    ['an open quote', 'a,b\n"1,2\n'],
    ['nothing', ''],
  ])('is no table: %s', (_what, text) => expect(rowDiff(text, 'a,b\n1,2\n', 'csv')).toBeNull());

  test('does not take on more than 100,000 rows', () => {
    const rows = (from: number) => `id\n${Array.from({ length: 60_000 }, (_, index) => `${from + index}\n`).join('')}`;
    expect(rowDiff(rows(0), rows(1), 'csv')).toBeNull();
    expect(compareTexts('a.csv', rows(0), rows(1))).toMatchObject({ kind: 'lines', added: 1, removed: 1 });
  });

  test('says that only order or quotes differ, by lines', () =>
    expect(compareTexts('a.csv', 'id,n\n1,a\n2,b\n', 'id,n\n2,b\n1,a\n')).toMatchObject({
      kind: 'lines',
      remark: 'Every row is the same; their order, quotes or line ends differ.',
    }));

  test('keeps a change in a long cell within sight, and the first 100 rows', () => {
    const rows = (word: string) =>
      `id,text\n${Array.from({ length: 150 }, (_, index) => `${index},${'x'.repeat(400)}${word}${'y'.repeat(5000)}\n`).join('')}`;
    const diff = compareTexts('a.csv', rows('old'), rows('new'));
    if (diff.kind !== 'rows') throw new Error(diff.kind);
    expect([diff.changes.length, diff.left, diff.counts.changed]).toEqual([100, 50, 150]);
    expect(diff.changes[0]?.was[1]?.slice(0, 40)).toBe(`…${'x'.repeat(25)}old${'y'.repeat(11)}`);
    expect(diff.changes[0]?.cells[1]?.slice(0, 40)).toBe(`…${'x'.repeat(25)}new${'y'.repeat(11)}`);
  });
});

describe('by values', () => {
  test('names each by its path, exactly as it is written', () => {
    const before = '{"total": 1.10, "big": 9007199254740993, "rows": [{"a": 1}, {"a": 2}], "gone": null, "e": []}';
    const after = '{"big": 9007199254740992, "rows": [{"a": 1}, {"a": 3}], "total": 1.1, "e": [], "odd key": {}}';
    expect(valueDiff(before, after)?.changes).toEqual([
      { how: 'changed', path: 'big', was: '9007199254740993', is: '9007199254740992' },
      { how: 'changed', path: 'rows[1].a', was: '2', is: '3' },
      { how: 'changed', path: 'total', was: '1.10', is: '1.1' },
      { how: 'added', path: '["odd key"]', was: null, is: '{}' },
      { how: 'removed', path: 'gone', was: 'null', is: null },
    ]);
  });

  test('loses no repeated key', () =>
    expect(valueDiff('{"a": 1, "a": 2}', '{"a": 1, "a": 3}')?.changes).toEqual([
      { how: 'changed', path: 'a (again)', was: '2', is: '3' },
    ]));

  test('differs exactly where the documents do', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), fc.jsonValue(), (one, other) => {
        const [before, after] = [JSON.stringify(one), JSON.stringify(other)];
        const same = valueDiff(before, JSON.stringify(one, null, 3));
        expect(same?.changes).toEqual([]);
        const diff = valueDiff(before, after);
        expect(diff?.changes.length === 0).toBe(sorted(one) === sorted(other));
      }),
    );
  });

  test('gives way to lines where an entry was put in front of a list', () => {
    const list = Array.from({ length: 50 }, (_, index) => ({ id: index }));
    const diff = compareTexts('a.json', JSON.stringify(list), JSON.stringify([{ id: 'first' }, ...list]));
    expect(diff).toMatchObject({ kind: 'lines', remark: 'Both are laid out over lines for the comparison.' });
    expect((diff as LineDiff).removed).toBe(0);
    expect(written(diff as LineDiff)).toContain('+    "id": "first"');
  });

  test('says that only the layout differs', () =>
    expect(compareTexts('a.json', '{"a":1,"b":2}', '{ "b": 2, "a": 1 }')).toMatchObject({
      kind: 'lines',
      remark: 'Every value is the same; only the layout or the order of keys differs.',
    }));

  test.each([
    ['no JSON', '{"a": 1', '{"a": 2}'],
    ['too deep', `${'['.repeat(5000)}1${']'.repeat(5000)}`, '[]'],
  ])('falls back to lines: %s', (_what, before, after) => {
    expect(valueDiff(before, after)).toBeNull();
    expect(compareTexts('a.json', before, after).kind).toBe('lines');
  });
});

/** A document with its keys in order, as text. */
const sorted = (value: unknown): string =>
  JSON.stringify(value, (_key, inner: unknown) =>
    inner && typeof inner === 'object' && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );

describe('in a process of its own', () => {
  test('answers as the comparison itself does, each question its own', async () => {
    const pairs = Array.from({ length: 5 }, (_, index) => ({ path: 'a.md', before: 'x\n', after: `${index}\n` }));
    const found = await Promise.all(pairs.map((pair) => comparedApart(pair)));
    expect(found).toEqual(pairs.map(({ path, before, after }) => compareTexts(path, before, after)));
  });

  test('turns away what is too much at once, in words', async () => {
    const found = await Promise.all(
      Array.from({ length: 60 }, () => comparedApart({ path: 'a.md', before: 'x\n', after: 'y\n' })),
    );
    const busy = found.filter(({ kind }) => kind === 'none');
    expect(busy).toHaveLength(20);
    expect(busy[0]).toEqual({
      kind: 'none',
      why: 'Too much is being compared at this moment. Reload the page in a little while.',
    });
  });

  test('is given up when it takes more than it may have, and the next one is answered', async () => {
    const lines = (line: string) => line.repeat(20_000_000);
    expect(await comparedApart({ path: 'a.md', before: lines('x\n'), after: lines('y\n') })).toEqual({
      kind: 'none',
      why: 'Comparing these two took too long, so it was given up. Download both to look.',
    });
    expect(await comparedApart({ path: 'a.md', before: 'x\n', after: 'y\n' })).toMatchObject({ kind: 'lines' });
  });
});

describe('of outputs', () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await Stage.open();
  });
  afterAll(() => stage[Symbol.asyncDispose]());

  /** One run delivered, another after it, and where the two lie. */
  async function twoRuns(old: Record<string, string>, now: Record<string, string>) {
    const first = await stage.item(old);
    await stage.say(first.id, 'ana');
    await stage.work();
    stage.ground.clock.advance?.(1000);
    const second = await stage.item(now, { queued_at: new Date(stage.ground.clock.now().getTime() + 60_000) });
    const before = await lastApproved(stage.ground, second.run);
    if (!before) throw new Error('nothing was delivered');
    const sides: Sides = { root: stage.root, before, after: second.run };
    const files = await changedFiles(stage.ground, before.run, second.run);
    const detail = (path: string) => {
      const file = files.find((one) => one.path === path);
      if (!file) throw new Error(path);
      return differenceOf(sides, file);
    };
    return { first, second, files, detail, before };
  }

  test('are told file by file, and compared as what they are', async () => {
    const old = { 'a.md': 'one\n', 'b.csv': 'id,n\n1,2\n', 'c.json': '{"n":1}', 'gone.md': 'x', 'same.md': 's' };
    const now = { 'a.md': 'two\n', 'b.csv': 'id,n\n1,3\n', 'c.json': '{"n":2}', 'new.md': 'x', 'same.md': 's' };
    const { files, detail, first, before } = await twoRuns(old, now);
    expect(before.run.id).toBe(first.run.id);
    expect(Object.fromEntries(files.map(({ path, how }) => [path, how]))).toEqual({
      ...{ 'a.md': 'changed', 'b.csv': 'changed', 'c.json': 'changed' },
      ...{ 'gone.md': 'removed', 'new.md': 'added', 'same.md': 'unchanged' },
    });
    expect(await detail('a.md')).toMatchObject({ kind: 'lines', added: 1, removed: 1 });
    expect(await detail('b.csv')).toMatchObject({ kind: 'rows', counts: { changed: 1 } });
    expect(await detail('c.json')).toMatchObject({ kind: 'values', counts: { changed: 1 } });
    expect(await detail('new.md')).toEqual({ kind: 'none', why: 'There is only one side to look at.' });
  });

  test('that are no longer those of the record, are gone, are binary or huge are not compared, in words', async () => {
    const names = ['touched.md', 'gone.md', 'blob.bin', 'huge.txt'];
    const all = (text: string) =>
      Object.fromEntries(names.map((name) => [name, `${text}${name === 'blob.bin' ? '\0' : ''}\n`]));
    const { second, detail, files } = await twoRuns(all('old'), all('new'));
    const at = (name: string) => join(stage.outputs(second.run), name);
    await edit(at('touched.md'), 'NEW\n');
    const { rm } = await import('node:fs/promises');
    await rm(at('gone.md'), { force: true });
    await edit(at('huge.txt'), 'new\n');
    await truncate(at('huge.txt'), 2 ** 31);
    expect(await detail('touched.md')).toEqual({
      kind: 'none',
      why: 'Of this file the bytes on disk are not those in the record.',
    });
    expect(await detail('gone.md')).toEqual({ kind: 'none', why: 'Of this file nothing is left to compare with.' });
    expect(await detail('blob.bin')).toMatchObject({ kind: 'none', why: expect.stringContaining('not UTF-8 text') });
    expect(await detail('huge.txt')).toMatchObject({
      kind: 'none',
      why: expect.stringContaining('not those in the record'),
    });
    const huge = files.find(({ path }) => path === 'huge.txt');
    if (!huge?.after) throw new Error('huge');
    const recorded = { ...huge, after: { ...huge.after, bytes: 2 ** 31 } };
    const sides: Sides = {
      root: stage.root,
      before: { run: second.run, target: null, placed_at: new Date(0) },
      after: second.run,
    };
    expect(await differenceOf(sides, recorded)).toMatchObject({ why: expect.stringContaining('over 4 MB') });
  });

  test('are compared with what lies in production where the run’s own folder is gone', async () => {
    const { first, detail } = await twoRuns({ 'a.md': 'one\n' }, { 'a.md': 'two\n' });
    const { rm } = await import('node:fs/promises');
    const run = await stage.run(first.run.id);
    await rm(stage.outputs(run), { recursive: true, force: true });
    expect(await detail('a.md')).toMatchObject({ kind: 'lines', added: 1, removed: 1 });
  });

  test('that are pictures are compared by eye, and only where both are whole', async () => {
    const { first, second, detail } = await twoRuns({ 'a.png': 'x', 'b.png': 'x' }, { 'a.png': 'y', 'b.png': 'y' });
    const put = async (run: { id: string }, path: string, bytes: Buffer) =>
      edit(join(stage.outputs(await stage.run(run.id)), path), bytes);
    await put(first.run, 'a.png', pngOf(30, 20));
    await put(second.run, 'a.png', pngOf(30, 25));
    expect(await detail('a.png')).toEqual({
      kind: 'pictures',
      before: { width: 30, height: 20 },
      after: { width: 30, height: 25 },
    });
    await put(first.run, 'b.png', pngOf(30, 20));
    await put(second.run, 'b.png', pngOf(30, 20).subarray(0, -8));
    expect(await detail('b.png')).toMatchObject({ kind: 'none' });
  });

  test('have nothing to be compared with before the first delivery, nor with work of another class', async () => {
    const { second } = await twoRuns({ 'a.md': 'one\n' }, { 'a.md': 'two\n' });
    expect(await lastApproved(stage.ground, { ...second.run, data_class: 'restricted' })).toBeUndefined();
    expect(await lastApproved(stage.ground, { ...second.run, queued_at: new Date(0) })).toBeUndefined();
  });
});
