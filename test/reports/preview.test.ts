import { type FileHandle, mkdir, open, rm, symlink, truncate, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Preview, previewOf } from '#src/reports/preview.ts';
import { indented } from '#src/reports/preview-json.ts';
import { openOutput } from '#src/reports/run-file.ts';
import { whyNotRecorded } from '#src/reports/still-recorded.ts';
import { measureFile } from '#src/runs/files-hash.ts';
import { tempFolder } from '#test/setup/ground.ts';

let folder: AsyncDisposable & { path: string };
beforeAll(async () => {
  folder = await tempFolder();
});
afterAll(() => folder[Symbol.asyncDispose]());

let files = 0;
/** How many bytes were read of a file, and what was said of it. */
async function previewed(
  name: string,
  content: string | Uint8Array,
  size?: number,
): Promise<Preview & { read: number }> {
  const path = join(folder.path, `${files++}`);
  await writeFile(path, content);
  if (size !== undefined) await truncate(path, size);
  const handle = await open(path);
  let read = 0;
  const counted = new Proxy(handle, {
    get(target, key: keyof FileHandle) {
      if (key !== 'read') return (target[key] as () => unknown).bind(target);
      return async (...how: Parameters<FileHandle['read']>) => {
        const found = await target.read(...how);
        read += found.bytesRead;
        return found;
      };
    },
  });
  try {
    return { ...(await previewOf(counted, name)), read };
  } finally {
    await handle.close();
  }
}

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
  length.writeUInt32BE(data.length);
  sum.writeUInt32BE(crc32(body));
  return Buffer.concat([length, body, sum]);
};

function png(width: number, height: number, others: Buffer[] = []): Buffer {
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const pixels = deflateSync(Buffer.alloc(64));
  const parts = [chunk('IHDR', head), ...others, chunk('IDAT', pixels), chunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([Buffer.from('89504e470d0a1a0a', 'hex'), ...parts]);
}

const gif = Buffer.concat([Buffer.from('GIF89a'), Buffer.from([3, 0, 2, 0, 0, 0, 0, 0x2c, 0, 0, 0x3b])]);
const jpeg = Buffer.from('ffd8ffe000044a46ffc0000b080002000301011100ffda0000ffd9', 'hex');
const webp = (kind: string, rest: string) => {
  const body = Buffer.concat([Buffer.from('WEBP'), Buffer.from(kind), Buffer.from(rest, 'hex')]);
  const head = Buffer.alloc(8);
  head.write('RIFF');
  head.writeUInt32LE(body.length, 4);
  return Buffer.concat([head, body]);
};

describe('a text', () => {
  test.each([
    ['notes.txt', 'text'],
    ['no-ending', 'text'],
    ['brief.md', 'markdown'],
    ['BRIEF.MD', 'markdown'],
  ])('%s is shown as %s', async (name, kind) =>
    expect(await previewed(name, '# One\n')).toMatchObject({ kind, text: '# One\n', cut: false, remark: null }),
  );

  test.each(['page.html', 'drawing.svg', 'feed.xml'])('%s is shown as its source, which is said', async (name) =>
    expect(await previewed(name, '<script>alert(1)</script>')).toMatchObject({
      kind: 'text',
      text: '<script>alert(1)</script>',
      remark: 'Shown as its source; a page or drawing is never run here.',
    }),
  );

  test('of 100 kB in one line is cut between characters, and what hides in it is kept to be shown', async () => {
    const found = await previewed('a.txt', `\u202ea\u200b${'ü'.repeat(50_000)}`);
    if (found.kind !== 'text') throw new Error(found.kind);
    expect(found).toMatchObject({ cut: true, remark: null });
    expect(found.text).toMatch(/^\u202ea\u200bü+$/);
    expect(found.read).toBeLessThan(40_000);
  });

  test('of 2 GB costs no more than its beginning', async () => {
    const found = await previewed('a.txt', 'line\n'.repeat(10_000), 2 ** 31);
    expect(found).toMatchObject({ kind: 'text', cut: true });
    expect(found.read).toBeLessThan(40_000);
  });

  test('that is empty, or no text, says so', async () => {
    expect(await previewed('a.txt', '')).toMatchObject({ kind: 'none', why: 'This file is empty.' });
    const why = 'No preview: this file is not text. Download it to look.';
    expect(await previewed('a.txt', 'a\0b')).toMatchObject({ kind: 'none', why });
    expect(await previewed('a.md', '', 2 ** 31)).toMatchObject({ kind: 'none', why });
    expect(await previewed('a.csv', Buffer.from([0xff, 0x00, 0x01, 0x9f]))).toMatchObject({ kind: 'none', why });
    expect(await previewed('a.txt', Buffer.alloc(100, 0xe4))).toMatchObject({ kind: 'none', why });
  });

  test('in another encoding is read, and said to be', async () => {
    expect(await previewed('a.txt', Buffer.from('Gr\u00fc\u00dfe aus K\u00f6ln', 'latin1'))).toMatchObject({
      text: 'Grüße aus Köln',
      remark: expect.stringContaining('Windows-1252'),
    });
    expect(await previewed('a.txt', Buffer.from('\ufeffGrüße', 'utf16le'))).toMatchObject({
      text: 'Grüße',
      remark: 'This file is UTF-16, not UTF-8.',
    });
    expect(await previewed('a.csv', Buffer.from('Stadt;Umsatz\nK\u00f6ln;1\n', 'latin1'))).toMatchObject({
      kind: 'table',
      rows: [['Köln', '1']],
      remark: expect.stringContaining('Windows-1252'),
    });
  });

  test('never fails and never reads more than its beginning, whatever the bytes and the name', async () => {
    const name = fc.constantFrom('a', 'a.csv', 'a.tsv', 'a.json', 'a.md', 'a.png', 'a.html');
    await fc.assert(
      fc.asyncProperty(name, fc.uint8Array({ maxLength: 300 }), async (path, bytes) => {
        const found = await previewed(path, bytes);
        expect(['none', 'text', 'markdown', 'json', 'table']).toContain(found.kind);
      }),
      { numRuns: 60 },
    );
  });
});

describe('a table', () => {
  test('of a million rows shows its first 50 from its beginning alone', async () => {
    const found = await previewed('a.csv', `id,name\n${'1,"a, ""b"""\n'.repeat(1_000_000)}`);
    expect(found).toMatchObject({ kind: 'table', header: ['id', 'name'], cut: true, moreColumns: 0 });
    if (found.kind !== 'table') throw new Error(found.kind);
    expect(found.rows).toHaveLength(50);
    expect(found.rows[49]).toEqual(['1', 'a, "b"']);
    expect(found.read).toBeLessThan(300_000);
  });

  test('of exactly 50 rows is whole, of 51 not', async () => {
    const rows = (count: number) => `a\n${'1\n'.repeat(count)}`;
    expect(await previewed('a.csv', rows(50))).toMatchObject({ cut: false });
    expect(await previewed('a.csv', rows(51))).toMatchObject({ cut: true });
  });

  test('of many columns says how many it does not show', async () => {
    const row = Array.from({ length: 100 }, (_, index) => `c${index}`).join('\t');
    const found = await previewed('a.tsv', `${row}\n${row}\n`);
    expect(found).toMatchObject({ kind: 'table', moreColumns: 60 });
    expect(found.kind === 'table' && found.header).toHaveLength(40);
  });

  test('with semicolons, or ragged, is read as it is', async () => {
    expect(await previewed('a.csv', 'a;b\n1,5;2\n')).toMatchObject({ header: ['a', 'b'], rows: [['1,5', '2']] });
    expect(await previewed('a.csv', 'a,b\n1\n1,2,3\n')).toMatchObject({ rows: [['1'], ['1', '2', '3']] });
  });

  test.each([
    ['an open quote', 'a,b\n"1,2\n3,4'],
    ['one row of 300 kB', 'x'.repeat(300_000)],
  ])('that is none is shown as it is written: %s', async (_what, text) => {
    const found = await previewed('a.csv', text);
    expect(found).toMatchObject({ kind: 'text', remark: expect.stringContaining('could not be read as a table') });
    expect(found.read).toBeLessThan(300_000);
  });
});

describe('JSON', () => {
  test('is laid out with every number and key as it is written', async () => {
    const found = await previewed('a.json', '\ufeff{"n":1.10,"big":9007199254740993,"n":2,"e":[],"t":"a,{b}\\""}');
    expect(found).toMatchObject({
      kind: 'json',
      text: '{\n  "n": 1.10,\n  "big": 9007199254740993,\n  "n": 2,\n  "e": [],\n  "t": "a,{b}\\""\n}',
      cut: false,
    });
  });

  test('that is none, or too long, is shown as it is written', async () => {
    expect(await previewed('a.json', '{"a":')).toMatchObject({
      kind: 'text',
      text: '{"a":',
      remark: 'This is not valid JSON; it is shown as it is written.',
    });
    const long = JSON.stringify('x'.repeat(300_000));
    expect(await previewed('a.json', long)).toMatchObject({ kind: 'text', cut: true, remark: null });
    const wide = JSON.stringify('x'.repeat(200_000));
    expect(await previewed('a.json', wide)).toMatchObject({ kind: 'json', cut: true });
    expect(await previewed('a.json', '['.repeat(100_000) + ']'.repeat(100_000))).toMatchObject({ cut: true });
  });

  test('laid out is the same document', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.parse(indented(text, 1e6)?.text ?? '')).toEqual(JSON.parse(text));
      }),
    );
  });
});

describe('a picture', () => {
  test.each([
    ['image/png', png(3, 2)],
    ['image/gif', gif],
    ['image/jpeg', jpeg],
    ['image/webp', webp('VP8X', '0a000000000000000200000100 00'.replace(' ', ''))],
    ['image/webp', webp('VP8L', '0a0000002f02400000000000')],
  ])('is known by its signature, whatever its name, and measured: %s', async (type, bytes) => {
    expect(await previewed('page.html', bytes)).toMatchObject({ kind: 'picture', type, width: 3, height: 2 });
  });

  test.each([
    ['PNG', 'cut off', png(3, 2).subarray(0, -20)],
    ['PNG', 'with a wrong checksum', Buffer.from(png(3, 2).map((byte, at) => (at === 30 ? byte ^ 1 : byte)))],
    ['PNG', 'of no width', png(0, 2)],
    ['PNG', 'of endless parts', png(3, 2, Array<Buffer>(30_000).fill(chunk('tEXt', Buffer.alloc(0))))],
    ['GIF', 'cut off', gif.subarray(0, -1)],
    ['JPEG', 'cut off', jpeg.subarray(0, -2)],
    ['JPEG', 'without a frame', Buffer.from(`ffd8ffe0${'0000'.repeat(50_000)}ffd9`, 'hex')],
    ['WebP', 'cut off', webp('VP8 ', '').subarray(0, 16)],
  ])('%s that is damaged (%s) says so and is not drawn', async (kind, _how, bytes) =>
    expect(await previewed('a.png', bytes)).toMatchObject({
      kind: 'none',
      why: `This ${kind} picture is damaged, so it cannot be shown.`,
    }),
  );

  test.each([
    [50_000, 50_000],
    [4_000_000_000, 1],
    [1, 30_000],
  ])('of %i × %i pixels is not drawn', async (width, height) =>
    expect(await previewed('a.png', png(width, height))).toMatchObject({
      kind: 'none',
      why: `No preview: this picture has ${width.toLocaleString('en-GB')} × ${height.toLocaleString('en-GB')} pixels, too many to draw here.`,
    }),
  );

  test('of 2 GB is not read', async () => {
    const found = await previewed('a.png', png(3, 2), 2 ** 31);
    expect(found).toMatchObject({ kind: 'none', why: expect.stringContaining('over 10 MB') });
    expect(found.read).toBeLessThan(40_000);
  });

  test('by name only is what it is', async () =>
    expect(await previewed('a.png', '<svg onload="alert(1)"/>')).toMatchObject({ kind: 'text' }));
});

describe('a file of a run', () => {
  test('is opened only where it is a regular file within the outputs, by no link', async () => {
    const run = join(folder.path, 'run');
    await mkdir(join(run, 'outputs', 'deep'), { recursive: true });
    await writeFile(join(run, 'outputs', 'deep', 'a.md'), 'a');
    await writeFile(join(run, 'secret'), 's');
    await symlink(join(run, 'secret'), join(run, 'outputs', 'link'));
    await symlink(run, join(run, 'outputs', 'up'));
    const found = await openOutput(run, 'deep/a.md');
    expect(found).toBeDefined();
    await found?.close();
    for (const path of ['link', 'up/secret', '../secret', 'deep', 'nothing', '', '.', 'deep/a.md\0', '/etc/passwd'])
      expect([path, await openOutput(run, path)]).toEqual([path, undefined]);
  });

  test('is held against the record: touched is not changed, and changed is said', async () => {
    const path = join(folder.path, 'held');
    await writeFile(path, 'before\n');
    const recorded = await measureFile(path);
    const why = async (over: Partial<typeof recorded> = {}) => {
      const handle = await open(path);
      try {
        return await whyNotRecorded(handle, { ...recorded, ...over });
      } finally {
        await handle.close();
      }
    };
    expect(await why()).toBeNull();
    await utimes(path, 1, 1);
    expect(await why()).toBeNull();
    await writeFile(path, 'after!\n');
    const changed = 'This file was changed after it was staged: it is not the one in the record.';
    expect(await why()).toBe(changed);
    await writeFile(path, 'longer than before\n');
    expect(await why()).toBe(changed);
    await rm(path);
  });
});
