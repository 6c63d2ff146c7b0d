import { type ChildProcess, spawn } from 'node:child_process';
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { runCli } from '#src/cli.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { Browser } from './browser.ts';
import { World } from './world.ts';

const LAUNCHER = join(import.meta.dirname, '../../src/launch.mjs');

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** `cowork-ops start` in a process of its own. */
class Started implements AsyncDisposable {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  said = '';

  constructor(env: Record<string, string>, folder: string) {
    this.child = spawn(process.execPath, [LAUNCHER, 'start'], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
    for (const stream of [this.child.stdout, this.child.stderr])
      stream?.on('data', (part) => {
        this.said += part;
      });
    this.ended = new Promise((resolve) => this.child.once('close', resolve));
  }

  async ready(port: number): Promise<Browser> {
    const browser = new Browser(`http://127.0.0.1:${port}/`);
    for (let tries = 0; tries < 1200; tries += 1) {
      if (this.child.exitCode !== null) break;
      const answer = await browser.get('/readyz').catch(() => undefined);
      if (answer?.status === 200 && this.said.includes('Open http')) return browser;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`it did not become ready:\n${this.said}`);
  }

  async terminate(): Promise<number | null> {
    this.child.kill('SIGTERM');
    return this.ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.child.exitCode === null) this.child.kill('SIGKILL');
    await this.ended;
  }
}

test('init, check, start: a home of one’s own runs, is shared by a second start, and stops well', async () => {
  await using folder = await tempFolder('cowork-story-');
  // As root the embedded server runs as another user, who must be able to enter.
  await chmod(folder.path, 0o755);
  const home = join(folder.path, 'my-home');
  const [port, other] = [await freePort(), await freePort()];
  const env = {
    PATH: process.env.PATH ?? '',
    COWORK_HOME: home,
    COWORK_DATA: join(folder.path, 'data'),
    PORT: String(port),
  };
  const cli = async (...argv: string[]) => {
    let out = '';
    const output = {
      out: (text: string) => {
        out += text;
      },
      err: (text: string) => {
        out += text;
      },
    };
    const code = await runCli(argv, { env, folder: folder.path, output });
    return { code, out };
  };
  expect((await cli('init', 'my-home')).out).toContain('cowork-ops check');
  expect(await cli('init', 'my-home')).toMatchObject({ code: 2 });
  expect(await cli('check')).toMatchObject({ code: 0 });
  // This host may not be able to fence; that `required` is kept then is tested where the fence is.
  const team = await readFile(join(home, 'cowork.yaml'), 'utf8');
  await writeFile(join(home, 'cowork.yaml'), team.replace('sandbox: required', 'sandbox: optional'));

  await using first = new Started(env, folder.path);
  const browser = await first.ready(port);
  expect(first.said).toContain(`Open http://127.0.0.1:${port}/`);
  expect((await browser.get('/')).status).toBe(200);
  const status = JSON.parse((await cli('status', '--json')).out);
  expect(status).toMatchObject({ green: true, idle_roles: [], next: [{ workflow: 'sales-summary' }] });
  const run = await cli('run', 'sales-summary', '--wait', '--json');
  expect(run.code).toBe(0);
  const { output_hash, ...told } = JSON.parse(run.out);
  expect(told).toMatchObject({ status: 'SUCCESS', validation: 'PASS', route: 'review', review_id: 'R-1' });
  expect((await cli('approve', 'R-1', '--hash', output_hash.slice(7, 19), '--as', 'you')).code).toBe(0);

  // A second start on the same address is told who has it; on another one it shares the data.
  await using taken = new Started(env, folder.path);
  expect(await taken.ended).toBe(2);
  expect(taken.said).toContain(`Cowork Ops runs on this data already: process ${first.child.pid}`);
  expect(taken.said).toContain(`http://127.0.0.1:${port}/`);
  await using second = new Started({ ...env, PORT: String(other) }, folder.path);
  await second.ready(other);
  expect(await first.terminate()).toBe(0);
  expect(first.said).toContain('Stopped.');
  const shared = await new Browser(`http://127.0.0.1:${other}/`).get('/readyz');
  expect(shared.status).toBe(200);
  expect(await second.terminate()).toBe(0);

  // With nothing up, a command starts the database for itself and finds everything as it was.
  const alone = await cli('status', '--json');
  expect(alone.code).toBe(0);
  expect(JSON.parse(alone.out)).toMatchObject({ green: false, idle_roles: ['clock', 'worker'] });
  const [delivered] = JSON.parse((await cli('runs', '--json')).out);
  expect(delivered).toMatchObject({
    output_hash,
    promoted_to: expect.stringMatching(/^production\/sales\/\d{4}-\d\d-\d\d$/),
  });
  expect((await cli('verify', delivered.promoted_to)).code).toBe(0);
}, 180_000);

test('a run of one’s own works where nothing is up, and a broken home says where', async () => {
  await using folder = await tempFolder('cowork-story-');
  await using world = await World.open({ workflows: { brief: { tier: 'T0' } } });
  await world.stop();
  const run = await world.cli('run', 'brief', '--wait', '--json');
  expect(run).toMatchObject({
    code: 0,
    json: { route: 'promoted', promoted_to: expect.stringMatching(/^production\//) },
  });
  await world.put('workflows/brief.yaml', 'workflow: brief\n  title: x\n');
  const check = await world.cli('check', '--json');
  expect(check.code).toBe(1);
  expect(JSON.stringify(check.json)).toContain('workflows/brief.yaml');
  // What happened before can still be looked up.
  expect((await world.cli('audit', run.json.run_id)).code).toBe(0);
  expect((await world.cli('check', join(folder.path, 'nowhere'))).code).toBe(1);
});

test('skill add takes any Agent Skills folder, and doctor tries what the product stands on', async () => {
  await using world = await World.open();
  const source = join(world.data, 'my-skill');
  await mkdir(source, { recursive: true });
  await writeFile(join(source, 'SKILL.md'), '---\nname: tidy-up\ndescription: Tidies.\n---\nDo it.\n');
  await writeFile(join(source, 'main.mjs'), 'console.log(1);\n');
  const added = await world.cli('skill', 'add', source, '--json');
  expect(added).toMatchObject({ code: 0, json: { skill: 'tidy-up-v1', path: 'skills/tidy-up-v1' } });
  expect(Object.keys(await world.files('skills/tidy-up-v1')).sort()).toEqual(['SKILL.md', 'main.mjs', 'spec.yaml']);
  // The same again is a new version beside it; nothing is written over.
  expect((await world.cli('skill', 'add', source, '--json')).json).toMatchObject({ path: 'skills/tidy-up-v2' });
  expect((await world.cli('skill', 'add', join(source, 'nothing'))).code).toBe(2);

  const doctor = await world.cli('doctor', '--json');
  const parts = doctor.json.findings.map((finding: { part: string }) => finding.part);
  expect(parts).toEqual(['node', 'data', 'database', 'home', 'fence', 'chat']);
  const spec = doctor.json.findings.find((finding: { part: string }) => finding.part === 'home');
  expect((await world.cli('check')).code).toBe(spec.ok ? 0 : 1);
  expect(doctor.code).toBe(doctor.json.ok ? 0 : 1);
});

test('the bundled example shows all four outcomes on real data, and lets one choose whom to act as', async () => {
  await using world = await World.open({ example: true });
  expect(await world.beat()).toMatchObject({ started: 6 });
  await world.until('the ends of the first runs', async () => {
    const rows = await world.db
      .selectFrom('runs')
      .leftJoin('promotions', 'promotions.run_id', 'runs.id')
      .select(['runs.state', 'promotions.state as promotion'])
      .execute();
    return rows.every((row) => row.state === 'ended' && row.promotion !== 'due' && row.promotion !== 'claimed');
  });
  const outcome = async (workflow: string) => {
    const { status, route } = await world.newest(workflow);
    return `${status} ${route}`;
  };
  expect(await outcome('energy-mix')).toBe('SUCCESS promoted');
  expect(await outcome('employment-brief')).toBe('SUCCESS review');
  expect(await outcome('two-cities-weather')).toBe('PARTIAL review');
  const failed = await world.newest('industry-unemployment');
  expect(failed.status).toBe('FAILED');
  expect(await world.openAlerts()).toMatchObject([{ kind: 'FAIL', workflow: 'industry-unemployment' }]);

  const browser = await world.browser();
  expect((await browser.get('/')).text).toContain('/act-as');
  for (const header of ['x-forwarded-for', 'forwarded', 'via'])
    expect((await browser.post('/act-as', { person: 'jon' }, { [header]: '203.0.113.9' })).status).toBe(403);
  expect((await browser.post('/act-as', { person: 'nobody' })).status).toBe(403);
  expect((await browser.post('/act-as', { person: 'maya' })).status).toBe(303);
  const { review_id, run_id } = await world.newest('employment-brief');
  expect((await browser.submit(`/reviews/${review_id}`, `/reviews/${review_id}/approve`)).status).toBe(303);
  await world.until('production', async () => (await world.run(run_id)).promoted_to);
  const { promoted_to, output_hash } = await world.run(run_id);
  expect(await world.sha256sum(promoted_to ?? '', { production: true })).toBe(output_hash);
});
