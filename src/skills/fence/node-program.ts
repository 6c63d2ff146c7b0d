import { rmSync } from 'node:fs';
import { access, chmod, constants, copyFile, realpath, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Layers } from './layers.ts';
import { reachableByAll } from './readable.ts';
import { temporaryFolder } from './temporary.ts';

let copied: Promise<string> | undefined;

/**
 * Our own Node as the user of these layers can start it: itself, or a copy where only its owner may reach it (a checkout
 * below a home folder). The copy is made once per process and removed at its end.
 */
export async function nodeFor(layers: Pick<Layers, 'user' | 'bubblewrap'>): Promise<string> {
  const own = await realpath(process.execPath);
  if (layers.user === null) return own;
  const startable = ((await stat(own)).mode & 0o5) === 0o5;
  if (startable && (layers.bubblewrap !== null || (await reachableByAll(own)))) return own;
  const before = copied;
  // Temporary folders are swept by many systems: a copy that is gone, or never came to be, is made again.
  const there = await before
    ?.then((copy) => access(copy, constants.X_OK))
    .then(
      () => true,
      () => false,
    );
  if (!there && copied === before) copied = copyOf(own);
  return copied as Promise<string>;
}

async function copyOf(program: string): Promise<string> {
  const folder = await temporaryFolder('node', { anybody: true, programs: true });
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const copy = join(folder, 'node');
  await copyFile(program, copy, constants.COPYFILE_FICLONE);
  await chmod(copy, 0o755);
  await chmod(dirname(copy), 0o711);
  return copy;
}
