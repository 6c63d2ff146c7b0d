import { type ChildProcess, spawn } from 'node:child_process';
import { readFile, stat, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type SlackEmulator, startSlack } from '#test/emulators/slack/emulator.ts';
import { tempFolder } from '#test/setup/ground.ts';

const LAUNCHER = join(import.meta.dirname, '../../src/launch.mjs');

/** `docs/slack.md`, done by somebody who has nothing: each step a process of its own, in a folder with a `.env`. */
class Newcomer implements AsyncDisposable {
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
    return { code, out, fails: out.split('\n').filter((line) => line.startsWith('FAIL slack')) };
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

async function freePort(): Promise<string> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return String(port);
}

const HOME = 'data/example-home';
const review = (slack: SlackEmulator) =>
  slack.messages('C0REVIEWS').find(({ text }) => text.includes('US employment brief'));

test.each(['socket', 'http'] as const)(
  'from nothing to the first approved review item, as docs/slack.md says it (%s mode)',
  async (mode) => {
    await using folder = await tempFolder('cowork-story-');
    await using newcomer = new Newcomer(folder.path);
    const port = await freePort();

    // 1. The app, from the manifest; the workspace grants exactly what it asks for.
    const address = mode === 'http' ? ['--http', 'https://ops.example.org/'] : [];
    const manifest = JSON.parse((await newcomer.run('manifest', 'slack', ...address)).out);
    expect(manifest.settings.socket_mode_enabled).toBe(mode === 'socket');
    await using slack = await startSlack({ mode, manifest, patienceMs: 60_000 });
    if (mode === 'http') slack.eventsUrl = `http://127.0.0.1:${port}/slack/events`;
    slack.addUser({ id: 'U0MAYA', name: 'maya' });
    slack.addChannel({ id: 'C0OPS', name: 'cowork-ops', members: ['U0MAYA'] });
    slack.addChannel({ id: 'C0REVIEWS', name: 'reviews', members: ['U0MAYA'], bot: false });

    // 2. The tokens in .env, two of them swapped first.
    const { SLACK_BOT_TOKEN = '', SLACK_APP_TOKEN, ...others } = slack.env;
    const env = { ...slack.env, PORT: port };
    if (SLACK_APP_TOKEN !== undefined) {
      await newcomer.dotEnv({ ...others, SLACK_BOT_TOKEN: SLACK_APP_TOKEN, SLACK_APP_TOKEN: SLACK_BOT_TOKEN });
      const swapped = await newcomer.doctor();
      expect(swapped.fails).toHaveLength(2);
      expect(swapped.fails[0]).toContain('belongs in SLACK_APP_TOKEN');
      expect(swapped.out).not.toContain(SLACK_BOT_TOKEN);
    }
    await newcomer.dotEnv(mode === 'http' ? { ...env, PUBLIC_URL: 'https://ops.example.invalid/' } : env);

    // 3. Channels and people in cowork.yaml; doctor says what is still missing.
    const before = await newcomer.doctor();
    expect(before.fails).toEqual([expect.stringContaining('nobody in cowork.yaml has a Slack id')]);
    await newcomer.edit(`${HOME}/cowork.yaml`, {
      'cowork-ops: []': 'cowork-ops: [slack:C0OPS]',
      'reviews: []': 'reviews: [slack:C0REVIEWS]',
      'maya: { name: Maya Lindt,': 'maya: { name: Maya Lindt, slack: U0MAYA,',
    });
    const uninvited = await newcomer.doctor();
    expect(uninvited.code).toBe(1);
    expect(uninvited.fails).toEqual([expect.stringContaining('Type /invite @cowork in it.')]);
    await slack.invite('C0REVIEWS');
    expect((await newcomer.doctor()).fails).toEqual([]);

    // 4. Start, and the first review item is there.
    newcomer.start();
    const item = await newcomer.until('the review item', () => review(slack));
    const how = mode === 'http' ? 'HTTP at /slack/events' : 'Socket Mode';
    await newcomer.until('the word that Slack is on', () =>
      newcomer.said.includes(`Slack is on: ${how}, workspace Acme.`),
    );
    const maya = slack.as('U0MAYA');
    expect(await maya.click({ channel: 'C0REVIEWS', ts: item.ts }, /^Approve/)).toMatchObject({ acked: true });
    await newcomer.until('the approval', () => review(slack)?.text.includes('in production'));
    expect(slack.ephemerals('U0MAYA').at(-1)?.text).toMatch(/^R-\d+ is approved\./);
    const [target] =
      /production\/reports\/employment\/[0-9-]+/.exec(slack.ephemerals('U0MAYA').at(-1)?.text ?? '') ?? [];
    expect((await stat(join(folder.path, HOME, target ?? 'nowhere', 'approval.flag'))).isFile()).toBe(true);

    // 5. And it answers.
    await maya.command('status', 'C0OPS');
    await newcomer.until('the status', () => slack.ephemerals('U0MAYA').some(({ text }) => text.includes('On call:')));
    expect(await newcomer.stop()).toBe(0);
    expect(slack.amiss).toEqual([]);
  },
  600_000,
);
