import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Bucket } from '#src/chat/pace.ts';

const SLACK = { everyMs: 1000, burst: 5 };

/** Moments at which `count` calls leave, each `tookMs` long, as soon as the bucket allows. */
function moments(bucket: Bucket, count: number, tookMs: number, from = 0): number[] {
  let now = from;
  return Array.from({ length: count }, () => {
    now += bucket.restMs(now);
    const left = now;
    now += tookMs;
    bucket.take(now);
    return left;
  });
}

test('forty messages leave in a burst of five and one a second after it, however long each call takes', () => {
  expect(moments(new Bucket(SLACK), 7, 0)).toEqual([0, 0, 0, 0, 0, 1000, 2000]);
  const slow = moments(new Bucket(SLACK), 40, 30);
  expect(slow.at(-1)).toBeLessThan(36_000);
});

test('whoever counts a call when it arrives refuses none of ours', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat(3000), fc.nat(800), fc.nat(800)), { maxLength: 60 }), (calls) => {
      const ours = new Bucket(SLACK);
      const theirs = new Bucket(SLACK);
      let now = 0;
      for (const [idle, there, back] of calls) {
        now += idle;
        now += ours.restMs(now);
        expect(theirs.restMs(now + there)).toBe(0);
        theirs.take(now + there);
        now += there + back;
        ours.take(now);
      }
    }),
  );
});

test('a place that takes messages as they come never waits', () => {
  expect(moments(new Bucket({ everyMs: 0, burst: 1 }), 3, 0)).toEqual([0, 0, 0]);
});

test('another process goes on where one has left off, and never waits for longer than the burst', () => {
  const first = new Bucket(SLACK);
  moments(first, 5, 0);
  const second = new Bucket(SLACK);
  second.continueFrom(100, first.fullInMs(0));
  expect(second.restMs(100)).toBe(1000);
  const far = new Bucket(SLACK);
  far.continueFrom(0, 86_400_000);
  expect(far.restMs(0)).toBe(1000);
});
