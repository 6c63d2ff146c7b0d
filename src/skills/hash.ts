import { createHash } from 'node:crypto';
import { constants, type Dirent } from 'node:fs';
import { type FileHandle, open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, systemCode } from '../errors.ts';

/** One file of a skill folder. */
export interface FolderFile {
  /** Relative to the folder, with `/`. */
  path: string;
  bytes: number;
  executable: boolean;
}

/** Why a folder cannot be pinned; `path` is empty where it is the folder itself. */
export interface FolderFault {
  path: string;
  message: string;
}

export interface FolderList {
  /** Sorted by path as bytes. */
  files: FolderFile[];
  faults: FolderFault[];
}

/** What a skill folder, or the home's `checks/`, may hold at most. */
export const FOLDER_LIMITS = { files: 5000, bytes: 50 * 1024 * 1024 } as const;

/**
 * Lists a folder that is to be hashed and pinned. Links are refused (their target could change or lie outside), as are
 * devices, pipes and sockets, names that would make the hash ambiguous, and more than `FOLDER_LIMITS`.
 */
export async function listFolder(folder: string): Promise<FolderList> {
  const list: FolderList = { files: [], faults: [] };
  const open: string[] = [''];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    for (const entry of await entriesOf(folder, at, list)) {
      const path = at === '' ? entry.name : `${at}/${entry.name}`;
      const fault = faultOf(entry, path);
      if (fault) list.faults.push({ path, message: fault });
      else if (entry.isDirectory()) open.push(path);
      else list.files.push({ path, ...(await measure(join(folder, path), path, list)) });
      if (list.files.length > FOLDER_LIMITS.files || open.length > FOLDER_LIMITS.files) {
        list.faults.push({
          path: '',
          message: `holds more than ${FOLDER_LIMITS.files} files; keep data in inputs instead`,
        });
        return list;
      }
    }
  }
  const bytes = list.files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes > FOLDER_LIMITS.bytes)
    list.faults.push({ path: '', message: `is ${Math.ceil(bytes / 1024 / 1024)} MB large; at most 50 MB are pinned` });
  list.files.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
  return list;
}

async function entriesOf(folder: string, at: string, list: FolderList): Promise<Dirent[]> {
  try {
    return await readdir(join(folder, at), { withFileTypes: true });
  } catch (error) {
    list.faults.push({ path: at, message: `cannot be read (${systemCode(error) ?? messageOf(error)})` });
    return [];
  }
}

function faultOf(entry: Dirent, path: string): string | undefined {
  if (entry.isSymbolicLink()) return 'is a link; put the file itself here';
  if (!entry.isFile() && !entry.isDirectory()) return 'is neither a file nor a folder';
  if (/\p{Cc}|\\|\ufffd/u.test(path))
    return 'has a control character, a backslash or bytes that are not UTF-8 in its name';
  return undefined;
}

async function measure(full: string, path: string, list: FolderList): Promise<{ bytes: number; executable: boolean }> {
  try {
    await using file = await openPlain(full);
    const { size, mode } = await file.stat();
    return { bytes: size, executable: (mode & 0o111) !== 0 };
  } catch (error) {
    list.faults.push({ path, message: `cannot be read (${systemCode(error) ?? messageOf(error)})` });
    return { bytes: 0, executable: false };
  }
}

/** Opens a regular file for reading and follows no link at its end; a pipe does not block. */
export const openPlain = (path: string): Promise<FileHandle> =>
  open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);

/** `sha256:<hex>` over the lines `<hex of the file>  <path>\n`, sorted by path as bytes: the rule of `output_hash`. */
export function foldHashes(files: readonly { path: string; sha256: string }[]): string {
  const hash = createHash('sha256');
  const sorted = files.map(({ path, sha256 }) => ({ bytes: Buffer.from(path), sha256 }));
  for (const { bytes, sha256 } of sorted.sort((a, b) => Buffer.compare(a.bytes, b.bytes)))
    hash.update(`${sha256}  `).update(bytes).update('\n');
  return `sha256:${hash.digest('hex')}`;
}

/** Reads each listed file once and hashes the folder; `each` sees the bytes, for a copy of exactly what was hashed. */
export async function hashListed(
  folder: string,
  files: readonly FolderFile[],
  each?: (file: FolderFile, bytes: Buffer) => Promise<void>,
): Promise<string> {
  const hashed: { path: string; sha256: string }[] = [];
  for (const file of files) {
    await using handle = await openPlain(join(folder, file.path));
    const bytes = await handle.readFile();
    hashed.push({ path: file.path, sha256: createHash('sha256').update(bytes).digest('hex') });
    await each?.(file, bytes);
  }
  return foldHashes(hashed);
}

/** The content hash of a folder, or why it cannot have one. */
export async function hashSkillFolder(
  folder: string,
): Promise<{ ok: true; hash: string; files: FolderFile[] } | { ok: false; faults: FolderFault[] }> {
  const { files, faults } = await listFolder(folder);
  if (faults.length > 0) return { ok: false, faults };
  try {
    return { ok: true, hash: await hashListed(folder, files), files };
  } catch (error) {
    return {
      ok: false,
      faults: [{ path: '', message: `changed while it was read (${systemCode(error) ?? messageOf(error)})` }],
    };
  }
}
