import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { outputPreviews } from '#src/reports/output-previews.ts';
import { measureFile } from '#src/runs/files-hash.ts';
import { inside } from '#src/runs/folders.ts';
import { tempFolder } from '#test/setup/ground.ts';

let place: AsyncDisposable & { path: string };
beforeAll(async () => {
  place = await tempFolder();
});
afterAll(() => place[Symbol.asyncDispose]());

let runs = 0;
/** A run's folder with these outputs, and what the record says of them. */
async function staged(files: Record<string, string | Uint8Array>) {
  const folder = join(place.path, `${runs++}`);
  await mkdir(inside.outputs(folder), { recursive: true });
  const outputs = [];
  for (const [path, content] of Object.entries(files)) {
    await writeFile(join(inside.outputs(folder), path), content);
    const { bytes, sha256, stamp } = await measureFile(join(inside.outputs(folder), path));
    outputs.push({ path, bytes, sha256, stamp });
  }
  return { folder, outputs };
}

describe('how outputs begin', () => {
  test('shows documents before tables before JSON, without blank lines, and says how much more there is', async () => {
    const text = Array.from({ length: 30 }, (_, line) => `line ${line}\n`).join('\n');
    const { folder, outputs } = await staged({
      'a.json': '{"net":1}',
      'b.csv': 'month,net\n"Nov\n2026",5\n',
      'c.md': text,
    });
    const found = await outputPreviews(folder, outputs);
    expect(found.map(({ path }) => path)).toEqual(['c.md', 'b.csv', 'a.json']);
    expect(found[0]).toMatchObject({ more: 18, remark: null });
    expect(found[0]?.lines).toHaveLength(12);
    expect(found[1]).toMatchObject({ lines: ['month, net', 'Nov 2026, 5'], more: 0 });
    expect(found[2]).toMatchObject({ lines: ['{', '  "net": 1', '}'], more: 0 });
  });

  test('leaves out what is no text, and shows at most four files, bounded', async () => {
    const long = `${'x'.repeat(200_000)}\n`;
    const { folder, outputs } = await staged({
      'a.png': new Uint8Array([0x89, 0x50, 0x4e, 0x47]),
      'b.md': new Uint8Array([0, 1, 2, 0]),
      ...Object.fromEntries([1, 2, 3, 4, 5].map((each) => [`${each}.txt`, long])),
    });
    const found = await outputPreviews(folder, outputs);
    expect(found.map(({ path }) => path)).toEqual(['1.txt', '2.txt', '3.txt', '4.txt']);
    expect(found[0]?.lines).toEqual(['x'.repeat(300)]);
    expect(found[0]?.more).toBeNull();
  });

  test('says of a file that was changed after it was staged that it is another, and shows none of it', async () => {
    const { folder, outputs } = await staged({ 'a.md': 'approved words\n' });
    await appendFile(join(inside.outputs(folder), 'a.md'), 'slipped in\n');
    const [found] = await outputPreviews(folder, outputs);
    expect(found?.lines).toEqual([]);
    expect(found?.remark).toMatch(/changed after it was staged/);
  });

  test('reads nothing once there is no time left, and bears files that are gone', async () => {
    const { folder, outputs } = await staged({ 'a.md': 'words\n' });
    expect(await outputPreviews(folder, outputs, AbortSignal.abort())).toEqual([]);
    expect(await outputPreviews(join(place.path, 'nowhere'), outputs)).toEqual([]);
  });
});
