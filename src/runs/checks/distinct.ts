import { hash } from 'node:crypto';
import { appendFile, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemCode } from '../../errors.ts';

/** 16 bytes of the value's SHA-256 and 6 bytes of its row number. */
const DIGEST = 16;
const RECORD = DIGEST + 6;
/** Values held in memory before they are spilled: 22 MB. */
const HELD = 1_000_000;
const PARTS = 256;

export interface Repeats {
  /** Values that stood in an earlier row already. */
  count: number;
  /** The first such row, and the row it repeats. */
  row: number;
  of: number;
}

const sameDigest = (records: Buffer, a: number, b: number): boolean =>
  records.compare(records, a * RECORD, a * RECORD + DIGEST, b * RECORD, b * RECORD + DIGEST) === 0;

/** Repeats within records that stand in row order: an open-addressed table of record numbers. */
const repeatsIn = (records: Buffer): Repeats => {
  const count = records.length / RECORD;
  const size = 2 ** Math.ceil(Math.log2(count * 2 + 2));
  const table = new Int32Array(size).fill(-1);
  const rowOf = (record: number) => records.readUIntLE(record * RECORD + DIGEST, 6);
  const repeats: Repeats = { count: 0, row: 0, of: 0 };
  for (let record = 0; record < count; record += 1) {
    let slot = records.readUInt32LE(record * RECORD + 4) & (size - 1);
    let other = table[slot] ?? -1;
    while (other >= 0 && !sameDigest(records, other, record)) {
      slot = (slot + 1) & (size - 1);
      other = table[slot] ?? -1;
    }
    if (other < 0) {
      table[slot] = record;
      continue;
    }
    repeats.count += 1;
    if (repeats.row === 0) Object.assign(repeats, { row: rowOf(record), of: rowOf(other) });
  }
  return repeats;
};

/** Records sorted by part, in row order within each; the first byte of a digest is as good as random. */
const byPart = (records: Buffer): { sorted: Buffer; ends: Uint32Array } => {
  const ends = new Uint32Array(PARTS);
  for (let at = 0; at < records.length; at += RECORD)
    ends[records.readUInt8(at)] = (ends[records.readUInt8(at)] ?? 0) + RECORD;
  for (let part = 1; part < PARTS; part += 1) ends[part] = (ends[part] ?? 0) + (ends[part - 1] ?? 0);
  const sorted = Buffer.allocUnsafe(records.length);
  // Until it is filled, a part's end is where its next record from the back goes.
  const free = ends.slice();
  for (let at = records.length - RECORD; at >= 0; at -= RECORD) {
    const part = records.readUInt8(at);
    const to = (free[part] ?? 0) - RECORD;
    records.copy(sorted, to, at, at + RECORD);
    free[part] = to;
  }
  return { sorted, ends };
};

const readPart = async (path: string): Promise<Buffer> => {
  try {
    return await readFile(path);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return Buffer.alloc(0);
    throw error;
  }
};

const earlier = (a: Repeats, b: Repeats): Repeats => {
  const first = b.row === 0 || (a.row !== 0 && a.row < b.row) ? a : b;
  return { count: a.count + b.count, row: first.row, of: first.of };
};

/**
 * Finds repeated values among any number of them in bounded memory. Values are told apart by the first 128 bits of their
 * SHA-256 (two different values taken for one: less than 1 in 10^20 for 10^9 values). A million are held in 22 MB; beyond,
 * they are spilled to 256 files in the system's temporary folder, 22 bytes a value, and judged file by file, so the
 * memory stays under 100 MB up to about 500 million values.
 */
export class Distinct {
  #held = Buffer.allocUnsafe(1024 * RECORD);
  #count = 0;
  #folder: string | undefined;
  readonly #most: number;

  /** @param most values held in memory; smaller in tests */
  constructor(most: number = HELD) {
    this.#most = most;
  }

  /** Values must come in row order. Returns a promise only when it has to spill. */
  add(value: string, row: number): undefined | Promise<void> {
    if ((this.#count + 1) * RECORD > this.#held.length) this.#grow();
    const digest = hash('sha256', value, 'buffer');
    digest.copy(this.#held, this.#count * RECORD, 0, DIGEST);
    this.#held.writeUIntLE(row, this.#count * RECORD + DIGEST, 6);
    this.#count += 1;
    return this.#count < this.#most ? undefined : this.#spill();
  }

  async repeats(): Promise<Repeats> {
    if (this.#folder === undefined) return repeatsIn(this.#held.subarray(0, this.#count * RECORD));
    await this.#spill();
    let all: Repeats = { count: 0, row: 0, of: 0 };
    for (let part = 0; part < PARTS; part += 1) {
      all = earlier(all, repeatsIn(await readPart(join(this.#folder, String(part)))));
    }
    return all;
  }

  /** Removes what was spilled. */
  async close(): Promise<void> {
    if (this.#folder !== undefined) await rm(this.#folder, { recursive: true, force: true });
    this.#folder = undefined;
  }

  #grow(): void {
    const larger = Buffer.allocUnsafe(this.#held.length * 2);
    this.#held.copy(larger);
    this.#held = larger;
  }

  async #spill(): Promise<void> {
    this.#folder ??= await mkdtemp(join(tmpdir(), 'cowork-unique-'));
    const { sorted, ends } = byPart(this.#held.subarray(0, this.#count * RECORD));
    let start = 0;
    for (const [part, end] of ends.entries()) {
      const records = sorted.subarray(start, end);
      if (end > start) await appendFile(join(this.#folder, String(part)), records, { mode: 0o600 });
      start = end;
    }
    this.#count = 0;
  }
}
