// npm run crash -- [--seeds N] [--seed K]: kills the product at random moments and looks whether anything was lost or doubled.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { runSeed } from './seed.ts';

const { values } = parseArgs({ options: { seeds: { type: 'string', default: '100' }, seed: { type: 'string' } } });
const seeds =
  values.seed !== undefined
    ? [Number(values.seed)]
    : Array.from({ length: Number(values.seeds) }, (_, index) => index + 1);
if (seeds.some((seed) => !Number.isInteger(seed) || seed < 0) || seeds.length === 0) {
  console.error('--seeds takes how many, --seed takes which one');
  process.exit(2);
}

let bad = 0;
const sums = { kills: 0, runs: 0, promoted: 0, decisions: 0 };
for (const seed of seeds) {
  const folder = await mkdtemp(join(tmpdir(), `cowork-crash-${seed}-`));
  const report = await runSeed(seed, folder).catch((error: unknown) => ({
    ...{ kills: 0, runs: 0, promoted: 0, decisions: 0 },
    found: [error instanceof Error ? (error.stack ?? error.message) : String(error)],
  }));
  for (const key of ['kills', 'runs', 'promoted', 'decisions'] as const) sums[key] += report[key];
  const figures = `${report.kills} kills, ${report.runs} runs, ${report.decisions} decisions, ${report.promoted} promoted`;
  if (report.found.length === 0) {
    console.log(`seed ${seed}: ${figures}, nothing lost, nothing doubled`);
    await rm(folder, { recursive: true, force: true });
    continue;
  }
  bad += 1;
  console.log(`seed ${seed}: ${figures}, FAILED; its folder is ${folder}; again: npm run crash -- --seed ${seed}`);
  for (const sentence of report.found) console.log(`  ${sentence}`);
}
console.log(
  `${seeds.length} seeds, ${bad} with a violation: ${sums.kills} kills, ${sums.runs} runs, ${sums.decisions} decisions, ${sums.promoted} promoted`,
);
process.exit(bad === 0 ? 0 : 1);
