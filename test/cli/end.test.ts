import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeLog, silentLog } from '#src/log.ts';
import { Parts } from '#src/main/parts.ts';
import { TestClock } from '#test/setup/clock.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { freshDatabase } from '#test/setup/store.ts';

const launcher = resolve(import.meta.dirname, '../../src/launch.mjs');
/** Something of a library that never ends by itself. */
const LINGERS = `data:text/javascript,${encodeURIComponent('setInterval(() => {}, 1000);')}`;

/** The command line beside something that lingers, to its own end. */
async function ended(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--import', LINGERS, launcher, ...args], {
    ...{ env: { ...process.env, ...env }, timeout: 30_000, killSignal: 'SIGKILL' },
  });
  let told = '';
  child.stderr.on('data', (data) => {
    told += data;
  });
  const [code] = await once(child, 'close');
  return { code, told };
}

describe('a process ends by itself, whatever lingers in it', () => {
  test('when a command is done', async () => {
    expect(await ended(['--version'])).toMatchObject({ code: 0 });
    expect(await ended(['no-such-command'])).toMatchObject({ code: 2 });
  });

  test('when a start failed, with the reason and what it had started stopped', async () => {
    await using folder = await tempFolder();
    const fresh = await freshDatabase();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = String(address !== null && typeof address === 'object' ? address.port : 0);
    const env = { DATABASE_URL: fresh.url, COWORK_DATA: folder.path, PORT: port };
    try {
      const { code, told } = await ended(['start', '--roles', 'web'], env);
      expect([code, told]).toEqual([1, expect.stringContaining(`Port ${port}`)]);
      const rows = await fresh.db.selectFrom('processes').select('stopped_at').execute();
      expect(rows).toEqual([{ stopped_at: expect.any(Date) }]);
    } finally {
      other.close();
      await fresh.drop();
    }
  });
});

describe('parts of which one does not end', () => {
  const parts = (clock: TestClock, log = silentLog) => {
    const made = new Parts(log, clock);
    const done: string[] = [];
    made.add('first', null, async () => void done.push('first'));
    made.add('hanging', null, () => new Promise(() => undefined));
    made.add('last', null, async () => void done.push('last'));
    return { made, done };
  };

  test('are waited for so long and no longer, and the others end all the same', async () => {
    const clock = new TestClock();
    const { made, done } = parts(clock);
    let over = false;
    const stopped = made.stop(0, 10_000).then(() => {
      over = true;
    });
    await clock.advance(0);
    await clock.advance(9999);
    expect([done, over]).toEqual([['last'], false]);
    await clock.advance(1);
    await stopped;
    expect(done).toEqual(['last', 'first']);
    expect(clock.waiting).toBe(0);
  });

  test('are named in the log', async () => {
    const clock = new TestClock();
    const log = makeLog('silent');
    const told: unknown[] = [];
    Object.assign(log, { error: (...words: unknown[]) => told.push(words) });
    const stopped = parts(clock, log).made.stop(0, 10_000);
    await clock.advance(0);
    await clock.advance(10_000);
    await stopped;
    expect(told).toEqual([
      [expect.objectContaining({ part: 'hanging' }), expect.stringContaining('did not stop well')],
    ]);
  });
});
