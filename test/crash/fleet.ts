import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createWriteStream, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

/** The product's processes of one seed. */
export class Fleet {
  readonly #children = new Map<string, ChildProcess>();
  readonly #arguments: string[];
  readonly #log: string;
  readonly #data: string;

  constructor(folder: string, epoch: number, platform: string) {
    this.#data = join(folder, 'data');
    this.#log = join(folder, 'product.log');
    this.#arguments = [
      join(import.meta.dirname, 'product.ts'),
      join(folder, 'home'),
      this.#data,
      String(epoch),
      platform,
    ];
  }

  start(roles: string): void {
    const child = spawn(process.execPath, [...this.#arguments, roles], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: { ...process.env, NODE_COMPILE_CACHE: join(tmpdir(), 'cowork-crash-compiled') },
    });
    const log = createWriteStream(this.#log, { flags: 'a' });
    child.stdout?.pipe(log, { end: false });
    child.stderr?.pipe(log, { end: false });
    child.once('close', () => log.end());
    this.#children.set(roles, child);
  }

  get roles(): string[] {
    return [...this.#children.keys()];
  }

  async kill(roles: string): Promise<void> {
    const child = this.#children.get(roles);
    this.#children.delete(roles);
    if (!child || child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'exit');
  }

  /** Asks it to end and waits; false when it had to be killed after all. */
  async end(roles: string): Promise<boolean> {
    const child = this.#children.get(roles);
    this.#children.delete(roles);
    if (!child || child.exitCode !== null || child.signalCode !== null) return true;
    child.kill('SIGTERM');
    const late = new AbortController();
    const ended = await Promise.race([
      once(child, 'exit').then(() => true),
      sleep(20_000, false, { signal: late.signal }).catch(() => false),
    ]);
    late.abort();
    if (!ended) child.kill('SIGKILL');
    return ended;
  }

  /** A dead one is started again, as a supervisor would. */
  revive(): void {
    for (const [roles, child] of this.#children) {
      if (child.exitCode !== null || child.signalCode !== null) this.start(roles);
    }
  }

  /** Kills the database server where it runs embedded. */
  killServer(): void {
    try {
      const pid = Number(readFileSync(join(this.#data, 'postgres', 'postmaster.pid'), 'utf8').split('\n')[0]);
      if (pid > 1) process.kill(pid, 'SIGKILL');
    } catch {
      // Not up at this moment.
    }
  }
}
