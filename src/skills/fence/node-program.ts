import { rmSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, realpath, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Layers } from './layers.ts';
import { reachableByAll } from './readable.ts';

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
  copied ??= copyOf(own);
  return copied;
}

async function copyOf(program: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'cowork-node-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const copy = join(folder, 'node');
  await copyFile(program, copy);
  await chmod(copy, 0o755);
  await chmod(folder, 0o711);
  return copy;
}
