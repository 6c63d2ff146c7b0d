import { execFile } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { FenceReport } from '#src/skills/fence/layers.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import { fenced } from './promised.ts';

const REPOSITORY = join(import.meta.dirname, '../../..');
/** Ordinary, and nobody's on any host of ours. */
const USER = 61_998;
const WORKER = `
import { probeFence } from '#src/skills/fence/probe.ts';
import { Host } from '#test/skills/fence/attempt.ts';
const report = await probeFence();
await using host = await Host.make();
const look = await host.try(report, { program: \`
  const write = (path) => tryOut(() => { writeFileSync(path, 'x'); return 'wrote'; });
  say({ uid: process.getuid(), etc: write('/etc/x'), root: write('/x'), shm: write('/dev/shm/x'),
    skill: write(env.COWORK_SKILL + '/main.mjs'), tmp: readdirSync('/tmp'), proc: tryOut(() => readFileSync('/proc/\${process.pid}/environ')),
    unshare: spawnSync('unshare', ['-r', 'true']).status, data: existsSync('\${host.root}') });\` });
const hang = await host.try(report, { run: ['/bin/sh', 'x.sh'], files: { 'x.sh': 'sleep 300 & sleep 300' }, request: { timeoutMs: 300 } });
const bomb = await host.try(report, { run: ['/bin/sh', 'x.sh'], files: { 'x.sh': 'while true; do sleep 60 & done' }, limits: { processes: 20 } });
console.log(JSON.stringify({ uid: process.getuid(), report, look: look.outcome, log: look.log,
  said: look.outcome.state === 'ok' ? JSON.parse(await look.read('said.json')) : null, hang: hang.outcome, bomb: bomb.outcome, left: await host.left() }));
`;

interface Answer {
  uid: number;
  report: FenceReport;
  look: { state: string; fence: string };
  log: string;
  said: Record<string, unknown> | null;
  hang: { state: string };
  bomb: { errorClass: string; errorMessage: string };
  left: string[];
}

let checkout: string;
/** A copy that an ordinary user may read, wherever the repository lies; libraries and Node are linked or copied in. */
beforeAll(async () => {
  checkout = await mkdtemp(join(tmpdir(), 'cowork-checkout-'));
  await chmod(checkout, 0o755);
  for (const name of ['src', 'package.json', 'test/skills']) {
    await cp(join(REPOSITORY, name), join(checkout, name), { recursive: true });
  }
  await writeFile(join(checkout, 'worker.ts'), WORKER);
  await mkdir(join(checkout, 'tmp'));
  await chmod(join(checkout, 'tmp'), 0o777);
  await cp(await realpath(process.execPath), join(checkout, 'node'));
  const modules = join(REPOSITORY, 'node_modules');
  if (process.getuid?.() !== 0) return symlink(modules, join(checkout, 'node_modules'));
  const names = ['zod', 'picomatch', 'luxon', 're2js'];
  for (const name of names) await cp(join(modules, name), join(checkout, 'node_modules', name), { recursive: true });
});
afterAll(() => rm(checkout, { recursive: true, force: true }));

test('an ordinary user has the same fence, by a user namespace', async () => {
  const drop =
    process.getuid?.() === 0 ? ['setpriv', '--reuid', `${USER}`, '--regid', `${USER}`, '--clear-groups'] : [];
  const [program = '', ...args] = [...drop, join(checkout, 'node'), join(checkout, 'worker.ts')];
  const env = { PATH: '/usr/bin:/bin', TMPDIR: join(checkout, 'tmp'), HOME: '/', DATABASE_URL: 'postgres://secret' };
  const { stdout } = await promisify(execFile)(program, args, { env, cwd: checkout });
  const answer: Answer = JSON.parse(stdout);
  expect(answer.uid).not.toBe(0);
  expect(answer.report.ownUser).toMatchObject({ holds: false, why: expect.stringContaining('root') });
  expect(answer.report.nodePermissions).toMatchObject({ holds: true });
  expect(answer.left).toEqual([]);
  expect(answer.hang).toMatchObject({ state: 'timed_out' });
  expect(answer.bomb).toMatchObject({ errorClass: 'FenceBroken', errorMessage: expect.stringContaining('processes') });
  // Where user namespaces are forbidden to ordinary users the layers below take over, tried elsewhere.
  if (!answer.report.bubblewrap.holds) return expect(process.env.COWORK_TEST_FENCE).not.toBe('required');
  expect(answer.look, answer.log).toMatchObject({ state: 'ok', fence: 'bubblewrap, user namespace' });
  const { etc, root, skill, unshare, ...said } = answer.said ?? {};
  expect(said).toEqual({ uid: 65533, shm: 'wrote', tmp: [], proc: 'ENOENT', data: false });
  for (const refused of [etc, root, skill]) expect(['EROFS', 'EACCES', 'EPERM']).toContain(refused);
  expect(unshare).not.toBe(0);
});

test('and root has it by real users', async () => {
  const report = await probeFence();
  if (!fenced(report)) return;
  expect(report.bubblewrap.how).toBe(process.getuid?.() === 0 ? 'own-user' : 'user-namespace');
});
