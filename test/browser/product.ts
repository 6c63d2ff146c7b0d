import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'vitest';
import { removeFolder } from '#src/skills/fence/remove-folder.ts';

const LAUNCH = join(import.meta.dirname, '../../src/launch.mjs');
const ADDRESS = /Open (http:\/\/\S+) /;

/** The product as a newcomer starts it: a process of its own, on a data folder of its own, at a free port. */
export class RunningProduct implements AsyncDisposable {
  readonly folder: string;
  readonly url: string;
  readonly #env: Record<string, string>;
  #process: ChildProcess;

  private constructor(folder: string, url: string, env: Record<string, string>, child: ChildProcess) {
    this.folder = folder;
    this.url = url;
    this.#env = env;
    this.#process = child;
  }

  /** On the bundled example, or on the home that `makeHome` writes into an empty folder. */
  static async start(makeHome?: (home: string) => Promise<void>): Promise<RunningProduct> {
    const folder = await mkdtemp(join(tmpdir(), 'cowork-browser-'));
    // As root the database runs as another user, who must be able to enter.
    await chmod(folder, 0o755);
    const env: Record<string, string> = {
      PATH: process.env.PATH ?? '',
      COWORK_DATA: join(folder, 'data'),
      PORT: '0',
    };
    if (makeHome) {
      env.COWORK_HOME = join(folder, 'home');
      await makeHome(env.COWORK_HOME);
    }
    const child = launch(folder, env);
    return new RunningProduct(folder, await addressOf(child), env, child);
  }

  /** Stops it, does `meanwhile`, and starts it again where it was. */
  async restart(meanwhile: () => Promise<unknown>): Promise<void> {
    await ended(this.#process);
    await meanwhile();
    this.#process = launch(this.folder, { ...this.#env, PORT: new URL(this.url).port });
    expect(await addressOf(this.#process)).toBe(this.url);
  }

  get home(): string {
    return this.#env.COWORK_HOME ?? join(this.folder, 'data', 'example-home');
  }

  /** What `cowork-ops … --json` answers. */
  async cli<T>(...args: string[]): Promise<T> {
    const command = [LAUNCH, ...args, '--json'];
    const { stdout } = await promisify(execFile)(process.execPath, command, { cwd: this.folder, env: this.#env });
    return JSON.parse(stdout) as T;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await ended(this.#process);
    await removeFolder(this.folder);
  }
}

const launch = (cwd: string, env: Record<string, string>): ChildProcess =>
  spawn(process.execPath, [LAUNCH, 'start'], { cwd, env, stdio: ['ignore', 'pipe', 'pipe'] });

async function ended(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}

async function addressOf(child: ChildProcess): Promise<string> {
  let said = '';
  const address = Promise.withResolvers<string>();
  const hear = (text: string) => {
    said += text;
    const url = ADDRESS.exec(said)?.[1];
    if (url) address.resolve(url);
  };
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding('utf8');
    stream?.on('data', hear);
  }
  child.once('exit', (code) => address.reject(new Error(`the product ended with ${code} before it was up:\n${said}`)));
  return address.promise;
}
