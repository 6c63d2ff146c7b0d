import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, readFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Place } from './place.ts';

const LAUNCHER = join(import.meta.dirname, '..', '..', 'src', 'launch.mjs');
const PATIENCE_MS = 60_000;
const LOOK_MS = 10;

/** The product as a person starts it. */
export interface ProductProcess {
  /** Where it serves, without a slash at the end. */
  url: string;
  /** From the start of the process to the first 200 of `/readyz`, in milliseconds. */
  readyMs: number;
  residentMb(): Promise<number>;
  stop(): Promise<void>;
}

/**
 * The environment of a person who has configured nothing but where the data lie. Compiled code is kept beside the data, so
 * that the first start on a folder is the very first one of a newcomer in this too.
 */
const environment = (place: Place, data: string, port: number): Record<string, string> => ({
  NODE_COMPILE_CACHE: join(place.path, `${data}-compiled`),
  PATH: process.env.PATH ?? '',
  HOME: place.path,
  COWORK_DATA: join(place.path, data),
  PORT: String(port),
});

/** `cowork-ops start` on a data folder of this place. */
export async function startProcess(place: Place, data: string): Promise<ProductProcess> {
  const port = await freePort();
  // A folder of its own to stand in, so that no .env of the person at work is read.
  const cwd = join(place.path, 'cwd');
  await mkdir(cwd, { recursive: true });
  const begun = performance.now();
  const env = environment(place, data, port);
  const child = spawn(process.execPath, [LAUNCHER, 'start'], { cwd, env, stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (piece: Buffer) => {
    said = `${said}${piece}`.slice(-4000);
  });
  const stop = async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    child.kill('SIGTERM');
    await exit;
  };
  place.owns(stop);
  while (!(await isReady(port))) {
    if (child.exitCode !== null) throw new Error(`the product ended with ${child.exitCode}: ${said}`);
    if (performance.now() - begun > PATIENCE_MS) throw new Error(`the product was not ready in time: ${said}`);
    await sleep(LOOK_MS);
  }
  return {
    url: `http://127.0.0.1:${port}`,
    readyMs: performance.now() - begun,
    residentMb: () => residentMb(child.pid ?? 0),
    stop,
  };
}

/** Resident memory of a process, in MB of a million bytes. Linux only. */
export async function residentMb(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8');
  return (Number(/^VmRSS:\s+(\d+) kB/m.exec(status)?.[1]) * 1024) / 1e6;
}

/** A command of the product beside a running one; its JSON answer. */
export async function command(place: Place, data: string, ...args: string[]): Promise<unknown> {
  const env = environment(place, data, 0);
  const cwd = join(place.path, 'cwd');
  const words = [LAUNCHER, ...args, '--json'];
  const child = spawn(process.execPath, words, { cwd, env, stdio: ['ignore', 'pipe', 'ignore'] });
  let said = '';
  child.stdout.on('data', (piece: Buffer) => {
    said += piece;
  });
  const [code] = await once(child, 'close');
  if (code !== 0) throw new Error(`${args.join(' ')} ended with ${code}: ${said}`);
  return JSON.parse(said);
}

const isReady = (port: number): Promise<boolean> =>
  fetch(`http://127.0.0.1:${port}/readyz`).then(
    async (response) => {
      await response.arrayBuffer();
      return response.ok;
    },
    () => false,
  );

function freePort(): Promise<number> {
  return new Promise((found, failed) => {
    const server = createServer().on('error', failed);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => found(typeof address === 'object' && address ? address.port : 0));
    });
  });
}
