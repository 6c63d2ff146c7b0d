import { expect, test } from 'vitest';
import { sortFiles } from '#src/chat/receive/files.ts';
import { HeldBytes } from '#src/chat/receive/held-bytes.ts';

test('what is held at a time stays below the most, in the order of coming, and a failure gives its room back', async () => {
  const room = new HeldBytes(10);
  const log: string[] = [];
  const gates = new Map<string, () => void>();
  const hold = (name: string, bytes: number) =>
    room.during(bytes, async () => {
      log.push(name);
      await new Promise<void>((open) => gates.set(name, open));
      if (name === 'fails') throw new Error('broken');
    });
  const [fails, second, whole, last] = [hold('fails', 6), hold('second', 4), hold('whole', 99), hold('last', 1)];
  await new Promise(setImmediate);
  expect(log).toEqual(['fails', 'second']);
  gates.get('fails')?.();
  await expect(fails).rejects.toThrow('broken');
  // Six are free; whoever came first needs them all.
  expect(log).toEqual(['fails', 'second']);
  gates.get('second')?.();
  await second;
  await new Promise(setImmediate);
  expect(log).toEqual(['fails', 'second', 'whole']);
  gates.get('whole')?.();
  await whole;
  await new Promise(setImmediate);
  gates.get('last')?.();
  await last;
  expect(log).toEqual(['fails', 'second', 'whole', 'last']);
});

test('a file is left out by its recorded size, with the reason that is the smaller one', () => {
  const file = (name: string, bytes: number) => ({ name, bytes, sha256: '', open: () => Promise.reject(new Error()) });
  const MIB = 1_048_576;
  const files = [file('a.md', 9), file('none.md', 0), file('big.bin', 60 * MIB)];
  expect(sortFiles('slack', files)).toEqual({
    fit: [files[0]],
    left: [['none.md is empty, and Slack takes no empty files.'], ['big.bin is larger than this bot sends (50 MiB).']],
  });
  expect(sortFiles('discord', files, 10 * MIB).left[1]).toEqual([
    'big.bin is larger than Discord takes here (10 MiB).',
  ]);
});
