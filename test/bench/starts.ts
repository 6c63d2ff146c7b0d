import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeLog } from '#src/log.ts';
import { openEmbedded } from '#src/store/embedded.ts';
import { atMost, type Figure } from './figure.ts';
import { median } from './numbers.ts';
import { openPlace, type Place } from './place.ts';
import { command, type ProductProcess, residentMb, startProcess } from './product-process.ts';

const ROUNDS = 3;
const SETTLE_MS = 8000;
const SAMPLES = 5;

/**
 * The product as a newcomer starts it, on the bundled example: the first start on an empty folder, a later one, and what
 * its node process keeps once the example's runs are over. The database alone is started in turns with it.
 */
export async function benchStarts(): Promise<Figure[]> {
  await using place = await openPlace();
  const cold: number[] = [];
  const warm: number[] = [];
  const bare = { cold: [] as number[], warm: [] as number[] };
  let memory = Number.NaN;
  for (let round = 0; round < ROUNDS; round += 1) {
    bare.cold.push(await startDatabase(place, `database-${round}`));
    bare.warm.push(await startDatabase(place, `database-${round}`));
    const first = await startProcess(place, `data-${round}`);
    cold.push(first.readyMs);
    if (round === 0) memory = await idleMemory(place, 'data-0', first);
    await first.stop();
    const second = await startProcess(place, `data-${round}`);
    warm.push(second.readyMs);
    await second.stop();
  }
  const node = await bareNodeMb();
  return [
    startFigure('cold start to ready, empty data folder', cold, bare.cold, 4),
    startFigure('warm start to ready', warm, bare.warm, 1.5),
    {
      name: 'memory of the node process, idle',
      value: memory,
      unit: 'MB',
      baseline: { words: 'node with an empty program', value: node },
      ratio: memory / node,
      target: atMost(memory, 180, 'MB'),
      note: `Resident, all roles in one process, after the example's first runs are over and ${SETTLE_MS / 1000} s of quiet; median of ${SAMPLES} looks, one a second.`,
    },
  ];
}

function startFigure(name: string, took: number[], bare: number[], most: number): Figure {
  const value = median(took) / 1000;
  return {
    name,
    value,
    unit: 's',
    baseline: { words: 'its database alone', value: median(bare) / 1000 },
    ratio: median(took.map((ms, round) => ms / (bare[round] ?? Number.NaN))),
    target: atMost(value, most, 's'),
    note: `Median of ${ROUNDS}: ${took.map((ms) => (ms / 1000).toFixed(2)).join(', ')} s, from spawning node to the first 200 of /readyz.`,
  };
}

/** Milliseconds until the embedded server takes connections; it is stopped again. */
async function startDatabase(place: Place, name: string): Promise<number> {
  const begun = performance.now();
  const server = await openEmbedded(join(place.path, name), makeLog('error'));
  const took = performance.now() - begun;
  await server.stop();
  return took;
}

/** Waits until no run is under way, and a while longer. */
async function idleMemory(place: Place, data: string, product: ProductProcess): Promise<number> {
  for (let tries = 0; tries < 30; tries += 1) {
    const runs = (await command(place, data, 'runs')) as { ended_at: string | null }[];
    if (runs.length > 0 && runs.every((run) => run.ended_at !== null)) break;
    await sleep(1000);
  }
  await sleep(SETTLE_MS);
  const seen: number[] = [];
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    seen.push(await product.residentMb());
    await sleep(1000);
  }
  return median(seen);
}

async function bareNodeMb(): Promise<number> {
  const program = 'setInterval(() => {}, 1000); console.log(1)';
  const child = spawn(process.execPath, ['-e', program], { stdio: ['ignore', 'pipe', 'ignore'] });
  await once(child.stdout, 'data');
  await sleep(500);
  const resident = await residentMb(child.pid ?? 0);
  const exit = once(child, 'exit');
  child.kill();
  await exit;
  return resident;
}
