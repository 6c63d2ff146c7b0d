import { createHash } from 'node:crypto';
import { type BigIntStats, constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { conflict } from '../errors.ts';

/** One file of an output folder: a POSIX path relative to it, and the hex SHA-256 of its bytes. */
export interface HashedFile {
  path: string;
  sha256: string;
}

/** A file as it was read: besides its hash the size in bytes and a stamp that changes when somebody touches it. */
export interface MeasuredFile extends HashedFile {
  bytes: number;
  stamp: string;
}

export interface FolderHash {
  /** `sha256:<hex>` over all regular files, as `outputHash` computes it. */
  hash: string;
  /** Sorted by path as bytes. */
  files: MeasuredFile[];
  /** What else lies there (links, devices, sockets, pipes): no part of the hash, just as `find -type f` skips them. */
  others: string[];
}

const SLASH = Buffer.from('/');
const CHUNK = 256 * 1024;

/**
 * The stamp of a file, `inode:size:mtimeNs:ctimeNs`: a cheap sign that it was touched since. Equal stamps do not prove
 * equal bytes, only the hash does.
 */
export const stampOf = (stat: Pick<BigIntStats, 'ino' | 'size' | 'mtimeNs' | 'ctimeNs'>): string =>
  `${stat.ino}:${stat.size}:${stat.mtimeNs}:${stat.ctimeNs}`;

/**
 * Hash, size and stamp of one regular file, read in chunks from one descriptor. A link is not followed (ELOOP); a file
 * that changes while it is read is a `conflict`, since its hash would belong to bytes that never lay there together.
 */
export const measureFile = async (path: string | Buffer): Promise<Omit<MeasuredFile, 'path'>> => {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const before = await file.stat({ bigint: true });
    if (!before.isFile()) throw conflict(`${path} is no longer a regular file.`);
    const hash = createHash('sha256');
    const chunk = Buffer.allocUnsafe(Math.min(CHUNK, Number(before.size) + 1));
    for (;;) {
      const { bytesRead } = await file.read(chunk, 0, chunk.length, null);
      if (bytesRead === 0) break;
      hash.update(chunk.subarray(0, bytesRead));
    }
    const stamp = stampOf(await file.stat({ bigint: true }));
    if (stamp !== stampOf(before)) throw conflict(`${path} changed while it was read.`);
    return { sha256: hash.digest('hex'), bytes: Number(before.size), stamp };
  } finally {
    await file.close();
  }
};

/** Hex SHA-256 of a regular file's bytes, never holding more than one chunk of it. */
export const hashFile = async (path: string | Buffer): Promise<string> => (await measureFile(path)).sha256;

const hashLines = (entries: { path: Buffer; sha256: string }[]): string => {
  const hash = createHash('sha256');
  for (const { path, sha256 } of entries.toSorted((a, b) => Buffer.compare(a.path, b.path))) {
    hash.update(`${sha256}  `).update(path).update('\n');
  }
  return `sha256:${hash.digest('hex')}`;
};

/**
 * The output hash (home-format): SHA-256 of the lines `<hex>  <path>\n`, sorted by path as bytes, whatever the order
 * given. Equals `find . -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 sha256sum -- | sha256sum` for every name
 * that may be an output (names with a newline or a backslash may not).
 */
export const outputHash = (entries: readonly HashedFile[]): string =>
  hashLines(entries.map(({ path, sha256 }) => ({ path: Buffer.from(path), sha256 })));

type Bytes = Buffer<ArrayBuffer>;

interface Walk {
  files: Bytes[];
  others: Bytes[];
}

const join = (folder: Bytes, name: Bytes): Bytes => (folder.length === 0 ? name : Buffer.concat([folder, SLASH, name]));

// Names are kept as bytes: a planted name that is not UTF-8 must change the hash, not crash the look.
const walk = async (root: Bytes): Promise<Walk> => {
  const found: Walk = { files: [], others: [] };
  const folders: Bytes[] = [Buffer.alloc(0)];
  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    const entries = await readdir(join(root, folder), { withFileTypes: true, encoding: 'buffer' });
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) folders.push(path);
      else (entry.isFile() ? found.files : found.others).push(path);
    }
  }
  found.files.sort(Buffer.compare);
  found.others.sort(Buffer.compare);
  return found;
};

/** Relative POSIX paths of all regular files under a folder, at any depth, sorted as bytes. Links are not followed. */
export const listFiles = async (folder: string): Promise<string[]> =>
  (await walk(Buffer.from(folder))).files.map(String);

/** Is this path the product's own, laid beside the outputs in production (`approval.flag`, `.cowork/`)? */
export const isOwnFile = (path: string): boolean => path === 'approval.flag' || path.startsWith('.cowork/');

/**
 * Hashes a whole folder. With `production: true` the product's own files (`approval.flag`, `.cowork/`) are left out, as
 * in home-format's command for production.
 */
export const hashFolder = async (folder: string, options: { production?: boolean } = {}): Promise<FolderHash> => {
  const root = Buffer.from(folder);
  const { files, others } = await walk(root);
  const kept = options.production ? files.filter((path) => !isOwnFile(String(path))) : files;
  const lines: { path: Buffer; sha256: string }[] = [];
  const measured: MeasuredFile[] = [];
  for (const path of kept) {
    const file = await measureFile(join(root, path));
    lines.push({ path, sha256: file.sha256 });
    measured.push({ path: String(path), ...file });
  }
  return { hash: hashLines(lines), files: measured, others: others.map(String) };
};
