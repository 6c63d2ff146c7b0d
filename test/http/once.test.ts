import { expect, test } from 'vitest';
import { onceAtATime } from '#src/http/channel/last-started.ts';

test('what is asked while the same is being done shares its answer; afterwards it is done anew', async () => {
  let done = 0;
  const gate = Promise.withResolvers<void>();
  const act = async () => {
    await gate.promise;
    done += 1;
    return done;
  };
  const both = Promise.all([onceAtATime('a', act), onceAtATime('a', act), onceAtATime('b', act)]);
  gate.resolve();
  expect(await both).toEqual([1, 1, 2]);
  expect(await onceAtATime('a', act)).toBe(3);
});

test('a failure is shared too, and forgotten', async () => {
  const fails = () => Promise.reject(new Error('no'));
  const both = await Promise.allSettled([onceAtATime('a', fails), onceAtATime('a', fails)]);
  expect(both.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await onceAtATime('a', async () => 'fine')).toBe('fine');
});
