import { randomUUID } from 'node:crypto';
import { messageOf } from '../errors.ts';
import type { Ground } from '../ground.ts';
import type { Slot } from '../store/slots.ts';
import { claimRun } from './claim.ts';
import { type Execution, NotOurs, RunFailure, Stopped, whyStopped } from './execution.ts';
import { finishRun } from './finish.ts';
import { clearScratch, endCancelled, failRun } from './finish-early.ts';
import { runFolder } from './folders.ts';
import { gatherInputs } from './inputs.ts';
import { leash } from './leash.ts';
import { park } from './park.ts';
import { isDatabaseAway, persistently } from './persist.ts';
import type { ExecutePorts } from './ports.ts';
import { recover } from './recover.ts';
import { runSteps } from './steps.ts';
import { storageFault } from './storage-fault.ts';

/** Of an execution that takes nobody's place. */
const OWN_SLOT: Slot = { rest: () => false, goOn: async () => {}, end: () => {} };

const atWork = new WeakMap<Ground, Map<string, Promise<void>>>();

/**
 * Executes a run, or goes on with it where its last worker died, until it ended or is parked. Safe to call again at any
 * moment and from any process: the newest call holds the run, every write of an earlier one is refused. A second call in
 * the same process waits for the first, since a job that is handed out twice must not end work that is well.
 *
 * @throws Stopped when `signal` is aborted before the end, and the database's error when it stays away: in both cases the
 * job is to be handed out again. Everything else that goes wrong ends the run, visibly. While nothing but the time of a
 * next attempt is waited for, `slot` rests.
 */
export function executeRun(
  ground: Ground,
  ports: ExecutePorts,
  { run_id }: { run_id: string },
  signal: AbortSignal,
  slot: Slot = OWN_SLOT,
): Promise<void> {
  const mine = atWork.get(ground) ?? new Map<string, Promise<void>>();
  atWork.set(ground, mine);
  const already = mine.get(run_id);
  if (already) return already;
  const work = execute(ground, ports, run_id, { shutdown: signal, slot }).finally(() => mine.delete(run_id));
  mine.set(run_id, work);
  return work;
}

async function execute(
  ground: Ground,
  ports: ExecutePorts,
  run_id: string,
  { shutdown, slot }: { shutdown: AbortSignal; slot: Slot },
): Promise<void> {
  shutdown.throwIfAborted();
  const token = randomUUID();
  const run = await claimRun(ground, ports, run_id, token);
  if (!run) return;
  const snapshot = await persistently(ground, () => ground.homes.byId(run.snapshot_id));
  const { root } = (await persistently(ground, () => ground.homes.active())).home;
  const workflow = snapshot.home.workflows[run.workflow];
  if (!workflow) throw new Error(`snapshot ${run.snapshot_id} has no workflow ${run.workflow}`);
  const held = { ground, ports, run, token };
  const { signal, release } = leash(held, shutdown);
  const folder = runFolder(root, run, 'staging');
  const ctx: Execution = { ...held, snapshot, workflow, root, folder, signal, slot };
  try {
    await work(ctx);
  } catch (error) {
    await settle(ctx, error);
  } finally {
    await release();
  }
}

async function work(ctx: Execution): Promise<void> {
  const unclear = await recover(ctx);
  if (ctx.run.cancel_asked_at) throw new Stopped('cancelled');
  if (unclear.length > 0) return park(ctx, unclear);
  const inputs = await gatherInputs(ctx);
  await runSteps(ctx, inputs);
  await finishRun(ctx, inputs);
  await clearScratch(ctx);
}

/** Gives every way of not coming through its end. */
async function settle(ctx: Execution, error: unknown): Promise<void> {
  const why = error instanceof NotOurs ? 'superseded' : (whyStopped(ctx.signal) ?? stoppedBy(error));
  if (why === 'superseded') {
    ctx.ground.log.info({ run_id: ctx.run.id }, 'The run is held by another worker, or has ended.');
    return;
  }
  if (why === 'shutdown') throw new Stopped('shutdown');
  if (why !== 'cancelled' && isDatabaseAway(error)) throw error;
  try {
    await (why === 'cancelled' ? endCancelled(ctx) : failRun(ctx, failureFrom(ctx, error)));
  } catch (late) {
    if (!(late instanceof NotOurs)) throw late;
  }
}

const stoppedBy = (error: unknown) => (error instanceof Stopped ? error.why : undefined);

/** Disk faults and surprises of our own are failures too: a run that nobody hears of again would be worse. */
function failureFrom({ ground, run }: Execution, error: unknown): RunFailure {
  if (error instanceof RunFailure) return error;
  ground.log.error({ err: error, run_id: run.id }, 'A run failed for a reason of the product or its host.');
  const fault = storageFault(error);
  if (fault) return new RunFailure('Interrupted', `${fault}. Make room or fix its permissions, then rerun.`);
  return new RunFailure('Interrupted', `the product could not go on: ${messageOf(error)}`);
}
