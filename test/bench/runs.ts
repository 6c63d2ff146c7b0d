import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { executePorts } from '#src/main/wiring.ts';
import { executeRun } from '#src/runs/execute.ts';
import { startRun } from '#src/runs/start.ts';
import { chooseLayers, type FenceReport, type Layer } from '#src/skills/fence/layers.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import { pinnedPath } from '#src/workflows/pin.ts';
import { atMost, type Figure } from './figure.ts';
import { putInForce, workflowFile, writeHome } from './home.ts';
import { median } from './numbers.ts';
import { openBenchGround, openPlace } from './place.ts';

const WARM_UP = 6;
const TRIPLES = 40;

const NO: Layer = { holds: false, why: 'left out' };
const NO_FENCE: FenceReport = {
  bubblewrap: { ...NO, how: null },
  network: NO,
  nodePermissions: NO,
  ownUser: { ...NO, fresh: false },
  tools: { bwrap: null, setpriv: null, socat: null },
  install: null,
};

const CHECK = { name: 'files_there', kind: 'required_files', files: ['page.md'] };

/**
 * What a run of one step costs beside its skill's process: from the claim to the committed end, against the same program
 * started by hand, in turns; then the same run in the strongest fence of this host.
 */
export async function benchRuns(): Promise<Figure[]> {
  await using place = await openPlace();
  const { ground, store } = await openBenchGround(place);
  const file = workflowFile('page', { tier: 'T0', checks: [CHECK] });
  const snapshot = await putInForce(ground, await writeHome(`${place.path}/home`, [file]));
  const fence = await probeFence();
  const program = join(pinnedPath(ground.data, snapshot.home.skills['page-v1']?.hash ?? ''), 'main.mjs');

  const run = async (report: FenceReport): Promise<number> => {
    const ports = executePorts({ ground, signals: store.signals, fence: report, env: {} });
    const { run_id } = await ground.db.transaction().execute((tx) =>
      startRun(tx, ground, {
        snapshot,
        workflow: 'page',
        trigger: { kind: 'schedule', by: 'service' },
        via: 'schedule',
        scheduledFor: ground.clock.now(),
      }),
    );
    const begun = performance.now();
    await executeRun(ground, ports, { run_id }, new AbortController().signal);
    const took = performance.now() - begun;
    const row = await ground.db.selectFrom('runs').selectAll().where('id', '=', run_id).executeTakeFirstOrThrow();
    if (row.status !== 'SUCCESS') throw new Error(`${run_id} ended ${row.status}: ${row.error_message}`);
    return took;
  };
  const ways = {
    bare: () => bareChild(program, join(place.path, 'out')),
    plain: () => run(NO_FENCE),
    fenced: () => run(fence),
  };
  return figuresOf(await inTurns(ways), layerWords(fence));
}

type Times = Record<'bare' | 'plain' | 'fenced', number>;

/** Triples of one measurement each, every triple beginning with another way. */
async function inTurns(ways: Record<keyof Times, () => Promise<number>>): Promise<Times[]> {
  const triples: Times[] = [];
  const names = ['bare', 'plain', 'fenced'] as const;
  for (let turn = 0; turn < WARM_UP + TRIPLES; turn += 1) {
    const times: Times = { bare: 0, plain: 0, fenced: 0 };
    for (let step = 0; step < names.length; step += 1) {
      const name = names[(turn + step) % names.length] ?? 'bare';
      times[name] = await ways[name]();
    }
    triples.push(times);
  }
  return triples.slice(WARM_UP);
}

/** The skill's program as anybody would start it: no room, no record, no limits. */
async function bareChild(program: string, out: string): Promise<number> {
  await rm(out, { recursive: true, force: true });
  await mkdir(out);
  const begun = performance.now();
  const child = spawn(process.execPath, [program], { env: { COWORK_OUT: out }, stdio: ['ignore', 'pipe', 'pipe'] });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`the skill's program ended with ${code}`);
  return performance.now() - begun;
}

function figuresOf(triples: Times[], words: string): Figure[] {
  const bare = median(triples.map((times) => times.bare));
  const overhead = median(triples.map((times) => times.plain - times.bare));
  const fence = median(triples.map((times) => times.fenced - times.plain));
  const note = `Median of ${TRIPLES} differences within a triple (bare, run without layers, run with them), in turns.`;
  return [
    {
      name: 'overhead of a run beside its process',
      value: overhead,
      unit: 'ms',
      baseline: { words: 'the process alone', value: bare },
      ratio: median(triples.map((times) => times.plain / times.bare)),
      target: atMost(overhead, 50, 'ms'),
      note: `${note} From the claim to the committed end and the tidied scratch folder; the ratio is of the whole run.`,
    },
    {
      name: `cost of the fence (${words})`,
      value: fence,
      unit: 'ms',
      baseline: { words: 'the run without layers', value: median(triples.map((times) => times.plain)) },
      ratio: median(triples.map((times) => times.fenced / times.plain)),
      target: null,
    },
  ];
}

function layerWords(fence: FenceReport): string {
  const layers = chooseLayers(fence, { network: [], isNode: true, sandbox: 'optional' });
  return 'refused' in layers ? layers.refused : layers.words;
}
