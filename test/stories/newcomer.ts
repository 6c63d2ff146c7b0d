import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect } from 'vitest';

const LAUNCHER = join(import.meta.dirname, '../../src/launch.mjs');

/** A page of `docs/`, done by somebody who has nothing: each step a process of its own, in a folder with a `.env`. */
export class Newcomer implements AsyncDisposable {
  readonly #folder: string;
  #product: ChildProcess | null = null;
  said = '';

  constructor(folder: string) {
    this.#folder = folder;
  }

  #spawn(args: readonly string[]): ChildProcess {
    // What the machine of the test happens to have set is none of theirs.
    const env = { PATH: process.env.PATH, HOME: this.#folder, COWORK_DATA: 'data' };
    return spawn(process.execPath, [LAUNCHER, ...args], { env, cwd: this.#folder, stdio: ['ignore', 'pipe', 'pipe'] });
  }

  async run(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
    const child = this.#spawn(args);
    const told = { out: '', err: '' };
    child.stdout?.on('data', (part) => {
      told.out += part;
    });
    child.stderr?.on('data', (part) => {
      told.err += part;
    });
    const code = await new Promise<number | null>((resolve) => child.once('close', resolve));
    return { code, ...told };
  }

  async doctor(): Promise<{ code: number | null; fails: string[]; out: string }> {
    const { code, out } = await this.run('doctor');
    return { code, out, fails: out.split('\n').filter((line) => /^FAIL (slack|discord) /.test(line)) };
  }

  start(): void {
    this.#product = this.#spawn(['start']);
    for (const stream of [this.#product.stdout, this.#product.stderr])
      stream?.on('data', (part) => {
        this.said += part;
      });
  }

  async stop(): Promise<number | null> {
    const product = this.#product;
    if (!product || product.exitCode !== null) return product?.exitCode ?? null;
    const ended = new Promise<number | null>((resolve) => product.once('close', resolve));
    product.kill('SIGTERM');
    return ended;
  }

  async until<T>(what: string, look: () => T | undefined | false | Promise<T | undefined | false>): Promise<T> {
    for (let tries = 0; tries < 3000; tries += 1) {
      const found = await look();
      if (found) return found;
      if (this.#product && this.#product.exitCode !== null) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`${what} did not come:\n${this.said}`);
  }

  async edit(path: string, changes: Record<string, string>): Promise<void> {
    const file = join(this.#folder, path);
    let text = await readFile(file, 'utf8');
    for (const [from, to] of Object.entries(changes)) {
      expect(text).toContain(from);
      text = text.replace(from, to);
    }
    await writeFile(file, text);
  }

  async dotEnv(values: Record<string, string>): Promise<void> {
    const lines = Object.entries(values).map(([name, value]) => `${name}=${value}\n`);
    await writeFile(join(this.#folder, '.env'), lines.join(''));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
  }
}

/** A port that is free at this moment. */
export async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

/** Where the bundled example lies in the folder of a newcomer. */
export const EXAMPLE_HOME = 'data/example-home';
