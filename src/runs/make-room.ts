import { randomUUID } from 'node:crypto';
import { lstat, rename } from 'node:fs/promises';

/**
 * Moves a folder that lies where a paper of ours belongs aside (`<name>.planted-<id>`): no file can be renamed over it, and
 * nothing of anybody's is deleted. Anything else there is left alone.
 */
export async function makeRoom(path: string): Promise<void> {
  const found = await lstat(path).catch(() => undefined);
  if (found?.isDirectory()) await rename(path, `${path}.planted-${randomUUID().slice(0, 8)}`);
}
