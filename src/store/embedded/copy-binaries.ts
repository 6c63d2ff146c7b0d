import { randomUUID } from 'node:crypto';
import { constants } from 'node:fs';
import { access, chmod, copyFile, lstat, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const LEFT_OUT = /\.a$|^pkgconfig$/;

/**
 * Copies the server's programs to `target`, readable by everybody, once; later starts find them there. A copy appears
 * whole or not at all. Refuses a target that somebody else could have prepared.
 */
export async function copyBinaries(native: string, target: string, makeLinks: (folder: string) => boolean) {
  const there = await lstat(target).catch(() => null);
  if (there) {
    const mine = there.isDirectory() && there.uid === (process.getuid?.() ?? there.uid) && (there.mode & 0o022) === 0;
    if (!mine) throw new Error(`${target} belongs to somebody else`);
    return target;
  }
  await mkdir(dirname(target), { recursive: true, mode: 0o755 });
  const fresh = `${target}.${randomUUID()}`;
  try {
    await copyTree(native, fresh);
    makeLinks(fresh);
    await rename(fresh, target);
  } catch (error) {
    // Another process may have finished the same copy first.
    const done = await access(join(target, 'bin')).then(
      () => true,
      () => false,
    );
    if (!done) throw error;
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
  return target;
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to);
  // Against a narrow umask: the server's account must be able to read all of it.
  await chmod(to, 0o755);
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, copy] = [join(from, entry.name), join(to, entry.name)];
    if (LEFT_OUT.test(entry.name)) continue;
    if (entry.isDirectory()) await copyTree(source, copy);
    else if (entry.isFile()) {
      await copyFile(source, copy, constants.COPYFILE_FICLONE);
      await chmod(copy, from.endsWith('bin') ? 0o755 : 0o644);
    }
  }
}
