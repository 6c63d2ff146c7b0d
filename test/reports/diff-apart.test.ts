import { afterEach, expect, test, vi } from 'vitest';
import { comparedApart, endComparing } from '#src/reports/diff-apart.ts';
import { comparers, gone, goneAfterEnd } from './comparers.ts';

vi.mock('node:child_process', async (original) => (await import('./comparers.ts')).watched(await original()));

afterEach(async () => {
  comparers.hang = false;
  await endComparing();
});

const PAIR = { path: 'a.md', before: 'x\n', after: 'y\n' };
const LATE = { kind: 'none', why: 'There was no time left here to compare this file.', late: true };

test('what is no longer wanted ends with its process, and the next question has one of its own', async () => {
  comparers.hang = true;
  const wanted = new AbortController();
  const forked = comparers.next();
  const found = comparedApart(PAIR, wanted.signal);
  const child = await forked;
  wanted.abort();
  expect(await found).toEqual(LATE);
  expect(await goneAfterEnd(child)).toBe(true);
  comparers.hang = false;
  expect(await comparedApart(PAIR)).toMatchObject({ kind: 'lines' });
});

test('what waits reads no file before its turn, and none at all once it is no longer wanted', async () => {
  comparers.hang = true;
  const [first, second] = [new AbortController(), new AbortController()];
  const forked = comparers.next();
  const running = comparedApart(PAIR, first.signal);
  await forked;
  const read = vi.fn(async () => PAIR);
  const left = comparedApart(read, second.signal);
  const waiting = comparedApart(read);
  second.abort();
  expect(await left).toEqual(LATE);
  expect(read).not.toHaveBeenCalled();
  comparers.hang = false;
  first.abort();
  expect(await running).toEqual(LATE);
  expect(await waiting).toMatchObject({ kind: 'lines' });
  expect(read).toHaveBeenCalledOnce();
});

test('what is not wanted from the start takes no process and reads nothing', async () => {
  const before = comparers.started.length;
  const read = vi.fn(async () => PAIR);
  expect(await comparedApart(read, AbortSignal.abort())).toEqual(LATE);
  expect(read).not.toHaveBeenCalled();
  expect(comparers.started).toHaveLength(before);
});

test('a file that cannot be read is the fault it is, and holds nobody up', async () => {
  const fault = new Error('EIO');
  await expect(comparedApart(() => Promise.reject(fault))).rejects.toBe(fault);
  expect(await comparedApart(PAIR)).toMatchObject({ kind: 'lines' });
});

test('ending leaves no process, neither one that compares nor one that rests', async () => {
  await comparedApart(PAIR);
  const resting = comparers.started.at(-1);
  await endComparing();
  expect(resting && gone(resting)).toBe(true);
  comparers.hang = true;
  const forked = comparers.next();
  const running = comparedApart(PAIR);
  const child = await forked;
  await endComparing();
  expect(gone(child)).toBe(true);
  expect(await running).toMatchObject({ kind: 'none' });
});
