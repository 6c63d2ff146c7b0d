import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Opened } from '#src/main/open.ts';
import { executePorts } from '#src/main/wiring.ts';
import { executeRun } from '#src/runs/execute.ts';
import { startRun } from '#src/runs/start.ts';
import { chooseLayers, type FenceReport, type Layer } from '#src/skills/fence/layers.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import type { Snapshot } from '#src/workflows/home.ts';
import { pinnedPath } from '#src/workflows/pin.ts';
import { atMost, type Figure } from './figure.ts';
import { putInForce, workflowFile, writeHome } from './home.ts';
import { median } from './numbers.ts';
import { openBenchGround, openPlace } from './place.ts';

const WARM_UP = 6;
const ROUNDS = 40;

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
 * What a run of one step costs beside its skill's process: the run's own part (claim, records, inputs, checks, route, end),
 * then what stands around the process (pinned bytes verified, room, limits, log, collecting), in the strongest fence of
 * this host and with every layer left out; each against the same program started by hand, in turns.
 */
export async function benchRuns(): Promise<Figure[]> {
  await using place = await openPlace();
  const opened = await openBenchGround(place);
  const file = workflowFile('page', { tier: 'T0', checks: [CHECK] });
  const snapshot = await putInForce(opened.ground, await writeHome(`${place.path}/home`, [file]));
  const fence = await probeFence();
  const hash = snapshot.home.skills['page-v1']?.hash ?? '';
  const program = join(pinnedPath(opened.ground.data, hash), 'main.mjs');
  const rounds: Round[] = [];
  for (let turn = 0; turn < WARM_UP + ROUNDS; turn += 1) {
    const round: Partial<Round> = {};
    const ways = [
      async () => {
        round.bare = await bareChild(program, join(place.path, 'out'));
      },
      async () => {
        round.fenced = await timedRun(opened, snapshot, fence);
      },
      async () => {
        round.open = await timedRun(opened, snapshot, NO_FENCE);
      },
    ];
    // Each round begins with another way, so that none always comes first.
    for (let step = 0; step < ways.length; step += 1) await ways[(turn + step) % ways.length]?.();
    if (turn >= WARM_UP) rounds.push(round as Round);
  }
  return figuresOf(rounds, layerWords(fence));
}

interface Round {
  /** Milliseconds of the skill's program alone. */
  bare: number;
  fenced: RunTime;
  open: RunTime;
}

interface RunTime {
  /** From the claim to the committed end and the tidied scratch folder, in milliseconds. */
  whole: number;
  /** Of that, from handing the attempt to the runner to its outcome. */
  attempt: number;
}

async function timedRun({ ground, store }: Opened, snapshot: Snapshot, fence: FenceReport): Promise<RunTime> {
  const ports = executePorts({ ground, signals: store.signals, fence, env: {} });
  let attempt = Number.NaN;
  const runAttempt: typeof ports.runAttempt = async (request) => {
    const begun = performance.now();
    const outcome = await ports.runAttempt(request);
    attempt = performance.now() - begun;
    return outcome;
  };
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
  await executeRun(ground, { ...ports, runAttempt }, { run_id }, new AbortController().signal);
  const whole = performance.now() - begun;
  const row = await ground.db.selectFrom('runs').selectAll().where('id', '=', run_id).executeTakeFirstOrThrow();
  if (row.status !== 'SUCCESS') throw new Error(`${run_id} ended ${row.status}: ${row.error_message}`);
  return { whole, attempt };
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

function figuresOf(rounds: Round[], words: string): Figure[] {
  const bare = { words: 'the process alone', value: median(rounds.map((round) => round.bare)) };
  const beside = (part: (round: Round) => number) => {
    const value = median(rounds.map(part));
    return { value, unit: 'ms', baseline: bare, ratio: median(rounds.map((round) => part(round) / round.bare)) };
  };
  const run = beside(({ fenced }) => fenced.whole - fenced.attempt);
  const note = `Median of ${ROUNDS} rounds of one process by hand and one run of each kind, in turns; differences and ratios within a round.`;
  return [
    {
      name: 'overhead of a run beside its fenced process',
      ...run,
      target: atMost(run.value, 50, 'ms'),
      note: `${note} From the claim to the committed end, without the time between handing the attempt to the runner and its outcome.`,
    },
    {
      name: `around the process: fence (${words})`,
      ...beside((round) => round.fenced.attempt - round.bare),
      target: null,
      note: 'Pinned bytes verified, room, namespaces, limits, log, ending all processes, collecting outputs; without the process itself.',
    },
    {
      name: 'around the process: every layer left out',
      ...beside((round) => round.open.attempt - round.bare),
      target: null,
      note: 'The same without bubblewrap and users; leftovers are then looked for in the whole list of processes.',
    },
    {
      name: 'whole fenced run beside the process alone',
      ...beside((round) => round.fenced.whole - round.bare),
      target: null,
    },
  ];
}

function layerWords(fence: FenceReport): string {
  const layers = chooseLayers(fence, { network: [], isNode: true, sandbox: 'optional' });
  return 'refused' in layers ? layers.refused : layers.words;
}
