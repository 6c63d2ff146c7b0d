import { constants } from 'node:fs';
import { type FileHandle, open, realpath } from 'node:fs/promises';
import { basename, dirname, join, sep } from 'node:path';
import { inside } from '../runs/folders.ts';

/**
 * An output of a run opened for reading, or undefined where there is no regular file of that path in the run's very own
 * outputs: no link on the way from the run's folder down, no pipe or device, which could keep a reader waiting for ever.
 */
export async function openOutput(runFolder: string, path: string): Promise<FileHandle | undefined> {
  // Above the run's folder links are the operator's business: the archive may lie on another disk.
  const home = await resolved(dirname(runFolder));
  if (home === undefined) return undefined;
  const outputs = inside.outputs(join(home, basename(runFolder)));
  const wanted = join(outputs, path);
  if (!wanted.startsWith(`${outputs}${sep}`) || wanted !== (await resolved(wanted))) return undefined;
  const handle = await open(wanted, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch(
    () => undefined,
  );
  if (!handle || (await handle.stat()).isFile()) return handle;
  await handle.close();
  return undefined;
}

const resolved = (path: string): Promise<string | undefined> => realpath(path).catch(() => undefined);
