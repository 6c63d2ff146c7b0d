import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { systemClock } from '#src/clock.ts';
import { cancelRun } from '#src/runs/cancel.ts';
import { executeRun } from '#src/runs/execute.ts';
import type { ExecutePorts } from '#src/runs/ports.ts';
import { killStray } from '#src/skills/fence/end.ts';
import type { FenceReport } from '#src/skills/fence/layers.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import { hashSkillFolder } from '#src/skills/hash.ts';
import { runCommand } from '#src/skills/runners/command.ts';
import type { RunRow } from '#src/store/schema.ts';
import { pinFolder } from '#src/workflows/pin.ts';
import { unhindered } from '#test/skills/fence/attempt.ts';
import { type HomeParts, Stage, TEAM, until } from './setup.ts';

let fence: FenceReport;
beforeAll(async () => {
  fence = unhindered(await probeFence());
});

/** A stage whose skills are programs, run as the product runs them. */
async function realStage(parts: HomeParts, programs: Record<string, string>): Promise<Stage> {
  const stage = await Stage.make(parts);
  // Hosts that cannot fence run these tests with what they have; that the word `required` is kept is tested elsewhere.
  stage.snapshot.home.team = { ...TEAM, sandbox: 'optional' };
  for (const [name, program] of Object.entries(programs)) {
    const skill = stage.snapshot.home.skills[name];
    if (!skill) throw new Error(`no skill ${name}`);
    const folder = join(stage.root, 'skills', name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'main.mjs'), program);
    const hashed = await hashSkillFolder(folder);
    if (!hashed.ok) throw new Error(`${name} cannot be hashed`);
    skill.hash = hashed.hash;
    await pinFolder(stage.ground.data, folder, hashed.hash);
  }
  return stage;
}

const portsOf = (stage: Stage): ExecutePorts => ({
  ...stage.ports,
  runAttempt: (request) => runCommand(fence, request),
});

async function run(stage: Stage, more = {}): Promise<RunRow> {
  const id = await stage.start(more);
  await stage.execute(id, undefined, portsOf(stage));
  return stage.row(id);
}

const HEAD = `
import { readFileSync, writeFileSync, mkdirSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
const { COWORK_OUT: out, COWORK_STEPS: steps, COWORK_INPUTS, COWORK_REQUEST, COWORK_CONTEXT } = process.env;
const inputs = JSON.parse(readFileSync(COWORK_INPUTS, 'utf8'));
const request = JSON.parse(readFileSync(COWORK_REQUEST, 'utf8'));
`;

describe('real command skills, through the fence', () => {
  test('a pipeline over a real file: normalise, then a brief with figures the checks confirm', async () => {
    await using stage = await realStage(
      {
        workflow: {
          tier: 'T2',
          inputs: { ledger: { file: 'inbox/*.csv' }, crm: { file: 'crm.csv', required: false } },
          steps: [
            { id: 'normalise', skill: 'normalise-v1' },
            { id: 'brief', skill: 'brief-v1', needs: ['normalise'] },
          ],
          checks: [
            { name: 'there', kind: 'required_files', files: ['brief.md', 'metrics.json'] },
            {
              name: 'sum',
              kind: 'sum_matches',
              file: 'steps/normalise/rows.csv',
              column: 'revenue',
              source: { input: 'ledger', column: 'amount' },
            },
          ],
        },
      },
      {
        'normalise-v1': `${HEAD}
          const [, ...rows] = readFileSync(inputs.ledger, 'utf8').trim().split('\\n');
          writeFileSync(join(out, 'rows.csv'), 'revenue\\n' + rows.map((row) => row.split(',')[1]).join('\\n') + '\\n');
          writeFileSync(join(out, 'seen.json'), JSON.stringify({ inputs, request, env: Object.keys(process.env) }));`,
        'brief-v1': `${HEAD}
          const sum = readFileSync(join(steps, 'normalise', 'rows.csv'), 'utf8').trim().split('\\n').slice(1)
            .reduce((total, value) => total + Number(value), 0);
          writeFileSync(join(out, 'brief.md'), 'Revenue ' + sum + '. ' + readFileSync(COWORK_CONTEXT, 'utf8'));
          writeFileSync(join(out, 'metrics.json'), JSON.stringify({ sum }));
          writeFileSync(join(out, 'result.json'), JSON.stringify({ summary: 'Revenue ' + sum, confidence: 0.9 }));`,
      },
    );
    await stage.put('inbox/a.csv', 'name,amount\nx,1.10\ny,2.20\n');
    await stage.put('context/brief.md', 'Mind the quarter.');
    const row = await run(stage);
    expect(row).toMatchObject({ status: 'PARTIAL', route: 'review', validation_result: 'PASS', confidence: 0.9 });
    expect(row.error_message).toBeNull();
    expect(await stage.read(row, 'outputs/brief.md')).toContain('Mind the quarter.');
    expect((await readdir(join(stage.folder(row), 'outputs'))).toSorted()).toEqual(['brief.md', 'metrics.json']);
    const seen = JSON.parse(await stage.read(row, 'steps/normalise/seen.json'));
    expect(seen.inputs.crm).toBeNull();
    expect(seen.request).toMatchObject({ trigger: 'schedule', note: null, previous_outputs: null });
    expect(seen.env).not.toContain('DATABASE_URL');
    const attempts = await stage.attempts(row.id);
    expect(attempts.every((attempt) => attempt.process_group !== null && attempt.host !== null)).toBe(true);
    expect(existsSync(join(stage.ground.data, 'work', row.id))).toBe(false);
  });

  test('crashes, own errors, links, our own names and floods each fail with their class', async () => {
    const failing = async (program: string, more: Record<string, unknown> = {}) => {
      await using stage = await realStage({ workflow: more }, { 'make-v1': HEAD + program });
      const row = await run(stage);
      expect(row).toMatchObject({ status: 'FAILED', route: 'failed', output_hash: null });
      expect(await stage.alerts()).toHaveLength(1);
      return `${row.error_class}: ${row.error_message}`;
    };
    expect(await failing('console.error("no ledger"); process.exit(3);')).toMatch(/^SkillExit: .*3/);
    expect(
      await failing(
        `writeFileSync(join(out, 'result.json'), JSON.stringify({ error: { class: 'SourceChanged', message: 'column amount is gone' } }));
         process.exit(1);`,
      ),
    ).toBe('SourceChanged: column amount is gone');
    expect(await failing(`(await import('node:fs')).symlinkSync('/etc/passwd', join(out, 'x'));`)).toMatch(
      /^OutputRefused/,
    );
    expect(await failing(`writeFileSync(join(out, 'approval.flag'), '{}');`)).toMatch(/^OutputRefused/);
    expect(await failing('')).toBe('OutputRefused: the run left no outputs');
    expect(
      await failing(`for (let n = 0; n < 30; n += 1) writeFileSync(join(out, 'f' + n), 'x');`, {
        limits: { files: 10 },
      }),
    ).toMatch(/^OutputRefused/);
  });

  test.each([
    ['confidential', 0o700],
    ['internal', undefined],
  ])(
    'a %s run’s folder is closed to other users as its class says, and skills still see all they may',
    async (data_class, closed) => {
      const seen = `${HEAD}
      const rows = readFileSync(inputs.ledger, 'utf8') + (existsSync(join(steps, 'first')) ? readFileSync(join(steps, 'first', 'x.txt'), 'utf8') : '');
      writeFileSync(join(out, 'x.txt'), rows);`;
      await using stage = await realStage(
        {
          workflow: {
            data_class,
            tier: 'T2',
            inputs: { ledger: { file: 'inbox/a.csv' } },
            steps: [
              { id: 'first', skill: 'first-v1' },
              { id: 'second', skill: 'second-v1', needs: ['first'] },
            ],
          },
        },
        { 'first-v1': seen, 'second-v1': seen },
      );
      await stage.put('inbox/a.csv', 'secret\n');
      const modes: number[] = [];
      const ports = portsOf(stage);
      const id = await stage.start();
      const staged = stage.folder(await stage.row(id));
      await stage.execute(id, undefined, {
        ...ports,
        runAttempt: async (request) => {
          modes.push((await stat(staged)).mode & 0o777);
          return ports.runAttempt(request);
        },
      });
      const row = await stage.row(id);
      expect(row).toMatchObject({ status: 'SUCCESS', folder: 'review_queue' });
      expect(await stage.read(row, 'outputs/x.txt')).toBe('secret\nsecret\n');
      modes.push((await stat(stage.folder(row))).mode & 0o777);
      expect(new Set(modes)).toEqual(new Set([closed ?? 0o777 & ~process.umask()]));
    },
  );

  test('one that hangs ends as TIMED_OUT, with nothing of it left', async () => {
    await using stage = await realStage(
      { workflow: { timeout: '2s' } },
      { 'make-v1': `${HEAD} writeFileSync(join(out, 'pid'), String(process.pid)); setInterval(() => {}, 1000);` },
    );
    const row = await run(stage);
    expect(row).toMatchObject({ status: 'TIMED_OUT', error_class: 'TimedOut', failed_step: 'make' });
    expect((await stage.alerts())[0]?.partial).toEqual([`staging/brief/${row.id}/partial/make.1/pid`]);
  });

  test('a transient one is tried again in real time, and its log is kept for each attempt', async () => {
    await using stage = await realStage(
      { workflow: { retries: { attempts: 3, backoff: '1s' } } },
      {
        'make-v1': `${HEAD} console.log('attempt ' + process.env.COWORK_ATTEMPT);
          if (process.env.COWORK_ATTEMPT === '1') process.exit(75);
          writeFileSync(join(out, 'x.txt'), 'x');`,
      },
    );
    stage.ground.clock.wait = systemClock.wait;
    const row = await run(stage);
    expect(row.status).toBe('SUCCESS');
    expect((await stage.attempts(row.id)).map((attempt) => attempt.state)).toEqual(['transient', 'ok']);
    expect(await stage.read(row, 'logs/make.2.log')).toContain('attempt 2');
    expect((await stat(join(stage.folder(row), 'logs/make.1.log'))).mode & 0o077).toBe(0);
  });

  test('a cancel kills it', async () => {
    await using stage = await realStage({}, { 'make-v1': 'setInterval(() => {}, 1000);' });
    const id = await stage.start();
    const work = stage.execute(id, undefined, portsOf(stage));
    await until(async () => (await stage.attempts(id))[0]?.process_group != null);
    await cancelRun(stage.ground, { runId: id, person: 'jon', operator: null, via: 'console' });
    stage.wakers.get(id)?.();
    await work;
    expect((await stage.row(id)).status).toBe('CANCELLED');
    expect((await stage.attempts(id))[0]?.state).toBe('cancelled');
  });

  test('secrets reach it and nothing else', async () => {
    await using stage = await realStage(
      { skills: { 'make-v1': { access: { read: [], secrets: { TOKEN: 'env:CRM_TOKEN' } } } } },
      {
        'make-v1': `import { writeFileSync } from 'node:fs';
          console.log('the token is ' + process.env.TOKEN);
          writeFileSync(process.env.COWORK_OUT + '/x.json', JSON.stringify({ length: process.env.TOKEN.length }));
          writeFileSync(process.env.COWORK_OUT + '/result.json', JSON.stringify({ summary: process.env.TOKEN }));`,
      },
    );
    stage.env.CRM_TOKEN = 'tok-5f3a9c17';
    const row = await run(stage);
    expect(row.status).toBe('SUCCESS');
    expect(await stage.read(row, 'outputs/x.json')).toBe('{"length":12}');
    expect(await stage.read(row, 'logs/make.1.log')).not.toContain('tok-5f3a9c17');
    expect(row.summary).not.toContain('tok-5f3a9c17');
    for (const table of ['audit', 'step_attempts', 'runs', 'outbox'] as const)
      expect(JSON.stringify(await stage.ground.db.selectFrom(table).selectAll().execute())).not.toContain(
        'tok-5f3a9c17',
      );
  });

  test('an http input in the run, missing when the server says so', async () => {
    const server = createServer((request, response) => {
      response.statusCode = request.url === '/rates.json' ? 200 : 404;
      response.end('{"eur":1}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const address = server.address();
    const port = typeof address === 'object' ? address?.port : 0;
    await using stage = await realStage(
      {
        workflow: {
          inputs: {
            rates: { http: `http://127.0.0.1:${port}/rates.json` },
            more: { http: `http://127.0.0.1:${port}/more.json`, required: false },
          },
        },
      },
      { 'make-v1': `${HEAD} writeFileSync(join(out, 'r.json'), readFileSync(inputs.rates) + String(inputs.more));` },
    );
    const row = await run(stage);
    server.close();
    expect(row).toMatchObject({ status: 'PARTIAL', route: 'review' });
    expect(await stage.read(row, 'outputs/r.json')).toBe('{"eur":1}null');
  });

  test('the next worker ends what a dead one left running, and goes on at that step', async () => {
    await using stage = await realStage(
      {},
      {
        'make-v1': `${HEAD}
          if (process.env.COWORK_ATTEMPT === '1') setInterval(() => {}, 1000);
          else writeFileSync(join(out, 'x.txt'), 'x');`,
      },
    );
    const id = await stage.start();
    const ports = { ...portsOf(stage), killStray };
    // A worker that never hears of the end of its step, as one that was killed.
    const deaf = {
      ...ports,
      runAttempt: (request: Parameters<ExecutePorts['runAttempt']>[0]) =>
        runCommand(fence, { ...request, signal: new AbortController().signal }).then(
          () => new Promise<never>(() => {}),
        ),
    };
    void executeRun({ ...stage.ground }, deaf, { run_id: id }, new AbortController().signal);
    await until(async () => (await stage.attempts(id))[0]?.process_group != null);
    const stray = (await stage.attempts(id))[0]?.process_group ?? 0;
    await executeRun(stage.ground, ports, { run_id: id }, new AbortController().signal);
    expect((await stage.row(id)).status).toBe('SUCCESS');
    expect((await stage.attempts(id)).map((attempt) => attempt.state)).toEqual(['lost', 'ok']);
    await until(() =>
      readFile(`/proc/${stray}/stat`, 'utf8').then(
        (text) => / Z /.test(text),
        () => true,
      ),
    );
  });
});
