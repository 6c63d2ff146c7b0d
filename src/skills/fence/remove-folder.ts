import { execFile } from 'node:child_process';
import { rm } from 'node:fs/promises';
import { promisify } from 'node:util';

/**
 * Removes a folder a skill could write. Folders nested deeper than a path can say (4,096 bytes) defeat every function
 * that works with paths; `rm` walks them step by step.
 */
export async function removeFolder(path: string): Promise<void> {
  try {
    await rm(path, { recursive: true, force: true });
  } catch {
    // A skill may have taken its own folders' permissions away.
    await promisify(execFile)('chmod', ['-R', 'u+rwx', '--', path]).catch(() => undefined);
    await promisify(execFile)('rm', ['-rf', '--', path]);
  }
}
