import { randomUUID } from 'node:crypto';
import { chmod, mkdir, mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { FenceReport } from '#src/skills/fence/layers.ts';
import { removeFolder } from '#src/skills/fence/remove-folder.ts';
import { hashSkillFolder } from '#src/skills/hash.ts';
import { runCommand } from '#src/skills/runners/command.ts';
import type { AttemptOutcome, AttemptRequest, Limits, StartedProcess } from '#src/skills/runners/types.ts';
import { type SkillSpec, skillFile } from '#src/skills/spec.ts';

export const LIMITS: Limits = {
  files: 200,
  bytes: 20_000_000,
  log_bytes: 100_000,
  memory_bytes: 400_000_000,
  processes: 40,
};

/** What a test changes of an ordinary attempt. */
export interface Wishes {
  /** Text of `main.mjs`; it finds `out`, `env` and a few functions of `node:fs` ready. */
  program?: string;
  /** Further files of the skill's folder; those that begin with `#!` may be executed. */
  files?: Record<string, string>;
  run?: string[];
  access?: Partial<SkillSpec['access']>;
  limits?: Partial<Limits>;
  request?: Partial<AttemptRequest>;
}

export interface Tried {
  outcome: AttemptOutcome;
  log: string;
  started: StartedProcess[];
  /** Text of a collected file. */
  read(path: string): Promise<string>;
}

const HEAD = `
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, linkSync, mkdirSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const env = process.env;
const out = env.COWORK_OUT;
const tryOut = (act) => { try { return act() ?? 'done'; } catch (error) { return error.code ?? error.message; } };
const say = (value) => writeFileSync(join(out, 'said.json'), JSON.stringify(value));
`;

/** A host with a home, a run folder and the product's data, on which single attempts are tried. */
export class Host {
  readonly root: string;
  #count = 0;

  private constructor(root: string) {
    this.root = root;
  }

  static async make(): Promise<Host> {
    const host = new Host(await mkdtemp(join(tmpdir(), 'cowork-test-')));
    for (const name of ['home', 'data', 'run/steps', 'run/inputs']) {
      await mkdir(join(host.root, name), { recursive: true });
    }
    return host;
  }

  [Symbol.asyncDispose](): PromiseLike<void> {
    return removeFolder(this.root);
  }

  async put(path: string, text: string): Promise<string> {
    await mkdir(dirname(join(this.root, path)), { recursive: true });
    await writeFile(join(this.root, path), text);
    return join(this.root, path);
  }

  /** Where the attempts' private folders are; empty when nothing was left behind. */
  left(): Promise<string[]> {
    return readdir(join(this.root, 'data/work')).catch(() => []);
  }

  async request(wishes: Wishes, started: StartedProcess[] = []): Promise<AttemptRequest> {
    this.#count += 1;
    const id = `try-${this.#count}`;
    const skillFolder = join(this.root, 'data/pinned', id);
    for (const [name, text] of Object.entries({ 'main.mjs': HEAD + (wishes.program ?? ''), ...wishes.files })) {
      const path = await this.put(`data/pinned/${id}/${name}`, text);
      if (text.startsWith('#!')) await chmod(path, 0o755);
    }
    return {
      // As in life nobody else has it: what carries this name is ended with the attempt.
      runId: `brief-20261123T0500Z-${randomUUID()}`,
      workflow: 'brief',
      step: 'make',
      attempt: 1,
      skill: { name: 'make-v1', spec: specOf(wishes), description: '', hash: await hashOf(skillFolder) },
      pinnedFolder: skillFolder,
      scratch: join(this.root, 'data/work', id),
      inputs: {},
      inputsFolder: null,
      stepsFolder: join(this.root, 'run/steps'),
      steps: [],
      collectTo: join(this.root, 'run/partial', id),
      contextText: '',
      request: { trigger: 'schedule', scheduled_for: null, by: 'service', note: null },
      previousOutputs: null,
      homeRoot: join(this.root, 'home'),
      hidden: [join(this.root, 'data'), join(this.root, 'home')],
      timeZone: 'Europe/Berlin',
      timeoutMs: 30_000,
      limits: { ...LIMITS, ...wishes.limits },
      sandbox: 'optional',
      secrets: {},
      logFile: join(this.root, 'run/logs', `${id}.log`),
      signal: new AbortController().signal,
      onStart: async (info) => {
        started.push(info);
      },
      ...wishes.request,
    };
  }

  async try(report: FenceReport, wishes: Wishes): Promise<Tried> {
    const started: StartedProcess[] = [];
    const request = await this.request(wishes, started);
    const outcome = await runCommand(report, request);
    return {
      outcome,
      started,
      log: await readFile(request.logFile, 'utf8').catch(() => ''),
      read: (path) => readFile(join(request.collectTo, path), 'utf8'),
    };
  }

  /** What the program handed to `say`. */
  async said(report: FenceReport, wishes: Wishes): Promise<Record<string, unknown>> {
    const tried = await this.try(report, wishes);
    if (tried.outcome.state !== 'ok') throw new Error(`${JSON.stringify(tried.outcome)}\n${tried.log}`);
    return JSON.parse(await tried.read('said.json'));
  }
}

async function hashOf(folder: string): Promise<string> {
  const found = await hashSkillFolder(folder);
  if (!found.ok) throw new Error(JSON.stringify(found.faults));
  return found.hash;
}

const specOf = (wishes: Wishes): SkillSpec =>
  skillFile.parse({
    skill: 'make-v1',
    owner: 'maya',
    task: 'Try something.',
    action: 'Do it.',
    result: 'What came of it.',
    runner: { kind: 'command', run: wishes.run ?? ['node', 'main.mjs'] },
    access: { read: ['inputs', 'steps'], ...wishes.access },
    rollback: 'None.',
  });

/** The same host as it would be without these layers. */
export const weaker = (report: FenceReport, how: 'node permissions' | 'no layer'): FenceReport => ({
  ...report,
  bubblewrap: { holds: false, why: 'bubblewrap is not installed.', how: null },
  network: { holds: false, why: 'it needs bubblewrap.' },
  ownUser: { holds: false, why: 'not tried here', fresh: false },
  nodePermissions: how === 'no layer' ? { holds: false, why: 'not tried here' } : report.nodePermissions,
  tools: { ...report.tools, bwrap: null },
  install: 'apt-get install bubblewrap',
});

/** The same host without Node's permission model, which would stop a skill before it can do what is to be refused. */
export const unhindered = (report: FenceReport): FenceReport => ({
  ...report,
  nodePermissions: { holds: false, why: 'not tried here' },
});
