import { constants } from 'node:fs';
import { chmod, chown, cp, lstat, mkdir, readdir, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Layers } from './layers.ts';
import { nodeFor } from './node-program.ts';
import { reachableByAll, readableByAll } from './readable.ts';
import { removeFolder } from './remove-folder.ts';
import { temporaryFolder } from './temporary.ts';

/** Where the room lies inside bubblewrap. */
const INSIDE = '/cowork';

/** Something of the host that is shown read-only at a place of the room. */
export interface Shown {
  host: string;
  at: string;
}

/**
 * What one fenced process has around it. The same tree in every kind of fence: bubblewrap binds it at `/cowork`,
 * elsewhere the process sees it where it lies and things shown are links (or copies, where its user may not follow).
 */
export interface Room {
  /** Private folder of the attempt; the room and what only the fence needs lie in it. */
  work: string;
  /** The room on the host. */
  folder: string;
  /** The room as the process sees it. */
  base: string;
  /** On the host: what the process leaves. */
  out: string;
  /** On the host: everything else it may write. */
  temporary: string[];
  /** What bubblewrap must bind over the room's placeholders. */
  binds: Shown[];
  /** Removes the room, and the private folder with it. */
  remove(): Promise<void>;
}

/** Makes the folders of a room; `show` and `write` fill it, `handOver` gives it to its user. */
export async function makeRoom(scratch: string, layers: Layers): Promise<Room> {
  await removeFolder(scratch);
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const staged = !layers.bubblewrap && layers.user !== null && !(await reachableByAll(scratch));
  const work = staged ? await temporaryFolder('room', { anybody: true }) : scratch;
  // Only passing through is allowed: the names in it are known to the process, others cannot list them.
  if (layers.user !== null) await chmod(work, 0o711);
  const folder = join(work, 'room');
  const room: Room = {
    work,
    folder,
    base: layers.bubblewrap ? INSIDE : folder,
    out: join(folder, 'out'),
    temporary: [...['home', 'tmp', 'work'].map((name) => join(folder, name)), join(work, 'shm')],
    binds: [],
    remove: async () => {
      await removeFolder(work);
      if (staged) await removeFolder(scratch);
    },
  };
  try {
    for (const path of [join(folder, 'bin'), join(folder, 'steps'), room.out, ...room.temporary]) {
      await mkdir(path, { recursive: true, mode: 0o755 });
    }
    await show(room, layers, { host: await nodeFor(layers), at: 'bin/node' }, 'file');
    return room;
  } catch (error) {
    await room.remove();
    throw error;
  }
}

/** Shows a file or folder of the host at a place of the room, read-only. */
export async function show(room: Room, layers: Layers, shown: Shown, kind: 'file' | 'folder' = 'folder') {
  const place = join(room.folder, shown.at);
  const asUser = layers.user !== null;
  const readable = !asUser || (await readableByAll(shown.host));
  const reachable = layers.bubblewrap !== null || !asUser || (await reachableByAll(shown.host));
  if (!readable || !reachable) {
    await cp(shown.host, place, { recursive: true, verbatimSymlinks: true, mode: constants.COPYFILE_FICLONE });
  } else if (layers.bubblewrap) {
    await mkdir(kind === 'folder' ? place : dirname(place), { recursive: true, mode: 0o755 });
    if (kind === 'file') await writeFile(place, '');
    room.binds.push(shown);
  } else {
    await mkdir(dirname(place), { recursive: true, mode: 0o755 });
    await symlink(shown.host, place);
  }
}

/** Writes a small text file into the room, readable for its user. */
export async function write(room: Room, at: string, text: string): Promise<void> {
  await writeFile(join(room.folder, at), text, { mode: 0o644, flag: 'wx' });
  await chmod(join(room.folder, at), 0o644);
}

/** Opens the room for its user whatever the umask is, and gives it the writable folders. The last act before the start. */
export async function handOver(room: Room, layers: Layers): Promise<void> {
  if (layers.user === null) return;
  await openForReading(room.folder);
  for (const path of [room.out, ...room.temporary]) {
    await chmod(path, 0o700);
    await chown(path, layers.user, layers.user);
  }
}

async function openForReading(path: string): Promise<void> {
  const stat = await lstat(path);
  if (stat.isSymbolicLink()) return;
  const program = (stat.mode & 0o100) !== 0;
  await chmod(path, stat.mode | (stat.isDirectory() || program ? 0o755 : 0o444));
  if (!stat.isDirectory()) return;
  for (const name of await readdir(path)) await openForReading(join(path, name));
}
