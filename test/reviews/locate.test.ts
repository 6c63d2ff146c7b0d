import { mkdir, mkdtemp, readFile, rename, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { inRunFolder } from '#src/reviews/locate.ts';
import { inside, runFolder } from '#src/runs/folders.ts';
import type { RunFolder } from '#src/store/schema.ts';

const RUN = { id: 'run-1', workflow: 'brief', folder: 'review_queue' as const };

async function stage() {
  const root = await mkdtemp(join(tmpdir(), 'cowork-locate-'));
  onTestFinished(() => rm(root, { recursive: true }));
  const at = (place: RunFolder) => runFolder(root, RUN, place);
  await mkdir(inside.outputs(at('review_queue')), { recursive: true });
  const move = async (from: RunFolder, to: RunFolder) => {
    await mkdir(dirname(at(to)), { recursive: true });
    await rename(at(from), at(to));
  };
  return { root, at, move };
}

test('papers that are moved between the look and the open are found where they went', async () => {
  const { root, at, move } = await stage();
  const seen: string[] = [];
  const found = await inRunFolder(root, RUN, async (folder) => {
    seen.push(folder);
    if (seen.length === 1) await move('review_queue', 'archive');
    if (seen.length === 2) await move('archive', 'review_queue');
    return seen.length < 3 ? undefined : folder;
  });
  expect(found).toBe(at('review_queue'));
  expect(seen).toEqual([at('review_queue'), at('archive'), at('review_queue')]);
});

test('what is nowhere is looked for once', async () => {
  const { root } = await stage();
  let looks = 0;
  const found = await inRunFolder(root, RUN, async (folder) => {
    looks += 1;
    return readFile(join(folder, 'nothing')).catch(() => undefined);
  });
  expect(found).toBeUndefined();
  expect(looks).toBe(1);
});
