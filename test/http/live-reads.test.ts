import { describe, expect, test } from 'vitest';
import { SharedReads } from '#src/http/channel/shared-reads.ts';
import { Turns } from '#src/http/channel/turns.ts';

/** An act that ends when it is told to, and how many of them are at it. */
class Acts {
  now = 0;
  most = 0;
  begun: number[] = [];
  readonly #ends = new Map<number, () => void>();

  act = (name: number) => async () => {
    this.begun.push(name);
    this.now += 1;
    this.most = Math.max(this.most, this.now);
    await new Promise<void>((resolve) => this.#ends.set(name, resolve));
    this.now -= 1;
    return name;
  };

  async end(name: number) {
    this.#ends.get(name)?.();
    await turn();
  }
}
const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
const four = [0, 1, 2, 3];

describe('acts that take turns', () => {
  test('are so many at once and no more, first come first served', async () => {
    const [turns, acts] = [new Turns(2), new Acts()];
    const all = Promise.all(four.map((name) => turns.take(acts.act(name))));
    await turn();
    expect(acts.begun).toEqual([0, 1]);
    await acts.end(1);
    expect(acts.begun).toEqual([0, 1, 2]);
    for (const name of [0, 2, 3]) await acts.end(name);
    expect(await all).toEqual(four);
    expect([acts.most, acts.now]).toEqual([2, 0]);
  });

  test('give their turn on when they fail', async () => {
    const turns = new Turns(1);
    const failing = turns.take(() => Promise.reject(new Error('no')));
    const next = turns.take(async () => 'done');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('done');
  });
});

test('whoever asks while a read waits for its turn shares it, and whoever asks after it began does not', async () => {
  const [turns, acts] = [new Turns(1), new Acts()];
  const reads = new SharedReads<number>(turns);
  const first = reads.read('a', acts.act(0));
  await turn();
  const waiting = [reads.read('b', acts.act(1)), reads.read('a', acts.act(2))];
  await turn();
  const sharing = [reads.read('b', acts.act(3)), reads.read('a', acts.act(4))];
  for (const name of [0, 1, 2]) await acts.end(name);
  expect(await Promise.all([first, ...waiting, ...sharing])).toEqual([0, 1, 2, 1, 2]);
  expect(acts.begun).toEqual([0, 1, 2]);
});
