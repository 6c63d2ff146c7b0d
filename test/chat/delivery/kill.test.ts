import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { systemClock } from '#src/clock.ts';
import { FakePlatform } from './platform.ts';
import { OPS, Stand } from './stand.ts';
import { type Call, servePlatform } from './wire.ts';

const CHILD = join(import.meta.dirname, 'child.ts');

/** Delivers in a process of its own; answers how it ended. */
async function deliver(stand: Stand, platform: string): Promise<string | number | null> {
  const child = spawn(process.execPath, [CHILD, stand.fresh.url, platform], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (piece) => {
    said += piece;
  });
  const [code, signal] = (await once(child, 'close')) as [number | null, NodeJS.Signals | null];
  if (code) throw new Error(said);
  return signal ?? code;
}

test.each(['before', 'after'] as const)(
  'killed at every call in turn, %s the platform did what it was asked: nothing is said twice, nothing is lost',
  async (when) => {
    await using stand = await Stand.open();
    const slack = new FakePlatform(systemClock);
    let killAt = 1;
    let calls = 0;
    const around = async ({ pid }: Call, now: 'before' | 'after') => {
      if (now === 'before') calls += 1;
      if (now === when && calls === killAt) {
        process.kill(pid, 'SIGKILL');
        // As for a platform whose answer nobody reads any more.
        if (when === 'before') throw new Error('nobody is there');
      }
    };
    await using platform = await servePlatform(slack.adapter, around);
    const rounds = [
      () => stand.raise('a', { partial: ['37 workflows'], severity: 'P1' }),
      () => stand.raise('b'),
      () => stand.raise('a', { partial: ['37 workflows'] }),
      () => stand.recover('a'),
    ];
    const ends: unknown[] = [];
    for (const round of rounds) {
      await round();
      // Each fact: killed at its first call, then at the second of what is left, and so on, until nothing is left.
      for (killAt = 1; ; killAt += 1) {
        calls = 0;
        const end = await deliver(stand, platform.url);
        ends.push(end);
        if (end === 0) break;
      }
    }
    expect(ends.filter((end) => end === 'SIGKILL').length).toBeGreaterThanOrEqual(6);
    expect(slack.amiss).toEqual([]);
    expect(slack.texts(OPS).toSorted()).toEqual(['a recovered 2', 'b open 1']);
    const about = slack.at(OPS).find(({ text }) => text.startsWith('a '));
    expect(slack.lines(about?.id ?? '')).toEqual(['37 workflows', 'a is well again']);
    expect(await stand.console()).toEqual([['a recovered 2', '37 workflows', 'a is well again'], ['b open 1']]);
    const rows = await stand.db.selectFrom('messages').selectAll().where('place', '=', OPS).execute();
    expect(rows.map(({ state }) => state)).toEqual(Array(4).fill('posted'));
    expect(new Set(rows.map(({ external_id }) => external_id)).size).toBe(4);
    expect(await stand.deliveries()).toEqual([]);
  },
  120_000,
);
