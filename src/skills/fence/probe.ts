import { execFile } from 'node:child_process';
import { access, constants, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { messageOf } from '../../errors.ts';
import { endOrphans } from './end.ts';
import { runInFence } from './job.ts';
import type { FenceReport, Layer } from './layers.ts';
import { PROBE_SCRIPT } from './probe-script.ts';
import { sweepTemporary, temporaryFolder } from './temporary.ts';

const TIMEOUT_MS = 15_000;
const LIMITS = { files: 100, bytes: 10_000_000, log_bytes: 4000, memory_bytes: 512_000_000, processes: 64 };
const NO: Layer = { holds: false, why: 'not tried' };

/**
 * Which layers of the fence hold on this host, found by running a real command in each: it tries to read a file it was
 * not given, to write outside its folder, to reach the network and to see other processes, and says what it could do.
 * `without` leaves programs out, to see what a host without them would do. Clears up leftovers first.
 */
export async function probeFence(without: readonly ('bwrap' | 'setpriv')[] = []): Promise<FenceReport> {
  await clearLeftovers();
  const tools = {
    bwrap: without.includes('bwrap') ? null : await programAt('bwrap'),
    setpriv: without.includes('setpriv') ? null : await workingSetpriv(),
    socat: await programAt('socat'),
  };
  const root = process.getuid?.() === 0;
  const empty: FenceReport = {
    bubblewrap: { ...NO, how: null },
    network: NO,
    nodePermissions: NO,
    ownUser: { ...NO, fresh: false },
    tools,
    install: null,
  };
  const [bubblewrap, nodePermissions, ownUser] = await Promise.all([
    probeBubblewrap(empty, root),
    probeNode(empty),
    probeUser(empty, root),
  ]);
  const report = { ...empty, bubblewrap, nodePermissions, ownUser };
  const network = await probeNetwork(report);
  return { ...report, network, install: installOf(report) };
}

/** Clears up what workers of this host that were killed have left: processes, and what lies in temporary folders. */
export async function clearLeftovers(): Promise<void> {
  await endOrphans();
  await sweepTemporary();
}

async function probeBubblewrap(empty: FenceReport, root: boolean): Promise<FenceReport['bubblewrap']> {
  const { bwrap, setpriv } = empty.tools;
  if (!bwrap) return { holds: false, why: 'bubblewrap is not installed.', how: null };
  const ways = root && setpriv ? (['own-user', 'user-namespace'] as const) : (['user-namespace'] as const);
  let why: string | null = null;
  for (const how of ways) {
    const tried = await tryOut({ ...empty, bubblewrap: { holds: true, why: null, how } }, []);
    if (tried === null) return { holds: true, why: null, how };
    why ??= tried;
  }
  return { holds: false, why, how: null };
}

async function probeNode(empty: FenceReport): Promise<Layer> {
  const why = await tryOut({ ...empty, nodePermissions: { holds: true, why: null } }, ['network', 'processes']);
  return { holds: why === null, why };
}

async function probeUser(empty: FenceReport, root: boolean): Promise<FenceReport['ownUser']> {
  if (!root) return { holds: false, why: 'only root can give a skill a user of its own.', fresh: false };
  if (!empty.tools.setpriv) return { holds: false, why: 'setpriv (util-linux) is not installed.', fresh: false };
  const lax = ['network', 'processes', 'write'];
  const fresh = await tryOut({ ...empty, ownUser: { holds: true, why: null, fresh: true } }, lax);
  if (fresh === null) return { holds: true, why: null, fresh: true };
  // A container that maps only a part of the user ids has no such user.
  const fixed = await tryOut({ ...empty, ownUser: { holds: true, why: null, fresh: false } }, lax);
  return { holds: fixed === null, why: fixed, fresh: false };
}

async function probeNetwork(report: FenceReport): Promise<Layer> {
  if (!report.bubblewrap.holds) return { holds: false, why: 'it needs bubblewrap.' };
  if (!report.tools.socat) return { holds: false, why: 'socat is not installed.' };
  const why = await tryOut({ ...report, network: { holds: true, why: null } }, ['network'], ['probe.invalid']);
  return { holds: why === null, why };
}

/** Runs the probe in the layers of `report`; null when it could do nothing but what `allowed` names, else a sentence. */
async function tryOut(report: FenceReport, allowed: string[], network: string[] = []): Promise<string | null> {
  let folder: string | null = null;
  try {
    folder = await temporaryFolder('probe');
    const secret = join(folder, 'secret');
    await writeFile(secret, 'secret', { mode: 0o600 });
    await mkdir(join(folder, 'own'), { mode: 0o755 });
    await writeFile(join(folder, 'own', 'probe.mjs'), PROBE_SCRIPT, { mode: 0o644 });
    const logFile = join(folder, 'log');
    return await runInFence(
      {
        scratch: join(folder, 'scratch'),
        run: ['node', 'probe.mjs', secret, String(process.pid)],
        own: { host: join(folder, 'own'), at: 'skill', hash: null },
        shown: [],
        texts: () => ({}),
        variables: (base) => ({
          TZ: 'UTC',
          COWORK_RUN_ID: 'probe',
          COWORK_STEP: 'probe',
          COWORK_ATTEMPT: '1',
          COWORK_OUT: join(base, 'out'),
        }),
        grants: null,
        secrets: {},
        network,
        hidden: [],
        limits: LIMITS,
        timeoutMs: TIMEOUT_MS,
        sandbox: 'optional',
        marker: { runId: 'probe', step: folder, attempt: 1 },
        logFile,
        signal: new AbortController().signal,
        onStart: async () => undefined,
      },
      report,
      async ({ ended, room }) => {
        if (ended.how !== 'exited' || ended.exitCode !== 0)
          return `a command in it did not run (${ended.signal ?? ended.exitCode ?? ended.how}).`;
        const could = await foundIn(room.out);
        const bad = could.filter((one) => !allowed.includes(one));
        return bad.length === 0 ? null : `a command in it could still get at: ${bad.join(', ')}.`;
      },
    );
  } catch (error) {
    return `${messageOf(error)}`;
  } finally {
    if (folder !== null) await rm(folder, { recursive: true, force: true });
  }
}

async function foundIn(out: string): Promise<string[]> {
  return JSON.parse(await readFile(join(out, 'could.json'), 'utf8')) as string[];
}

/** A smaller one (busybox) has not all we need, and would let every weaker fence fail. */
async function workingSetpriv(): Promise<string | null> {
  const setpriv = await programAt('setpriv');
  const words = ['--no-new-privs', '--pdeathsig', 'KILL', '--', '/bin/sh', '-c', ':'];
  return (
    setpriv &&
    promisify(execFile)(setpriv, words).then(
      () => setpriv,
      () => null,
    )
  );
}

async function programAt(name: string): Promise<string | null> {
  for (const folder of ['/usr/bin', '/usr/local/bin', '/bin', '/usr/sbin']) {
    const path = join(folder, name);
    const there = await access(path, constants.X_OK).then(
      () => true,
      () => false,
    );
    if (there) return path;
  }
  return null;
}

function installOf({ tools }: FenceReport): string | null {
  const missing = [tools.bwrap ? '' : 'bubblewrap', tools.socat ? '' : 'socat'].filter((name) => name !== '');
  return process.platform === 'linux' && missing.length > 0 ? `apt-get install ${missing.join(' ')}` : null;
}
