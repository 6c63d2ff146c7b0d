import { createHash } from 'node:crypto';
import { chmod, link, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { FenceReport } from '#src/skills/fence/layers.ts';
import { probeFence } from '#src/skills/fence/probe.ts';
import { Host, unhindered } from './attempt.ts';

let report: FenceReport;
let host: Host;
beforeAll(async () => {
  report = unhindered(await probeFence());
  host = await Host.make();
});
afterAll(async () => {
  expect(await host.left()).toEqual([]);
  await host[Symbol.asyncDispose]();
});

const refusal = async (program: string): Promise<string> => {
  const { outcome } = await host.try(report, { program });
  expect(outcome, program).toMatchObject({ state: 'failed', errorClass: 'OutputRefused', files: [] });
  return outcome.errorMessage ?? '';
};

describe('what a skill leaves', () => {
  test('is collected as new read-only files with their hashes, by path; result.json is taken out', async () => {
    const request = await host.request({});
    const { outcome } = await host.try(report, {
      program: `mkdirSync(join(out, 'charts/deep'), { recursive: true });
        writeFileSync(join(out, 'brief.md'), 'Revenue up.'); writeFileSync(join(out, 'charts/deep/é.svg'), '<svg/>');
        writeFileSync(join(out, 'Zeta'), ''); writeFileSync(join(out, 'charts/result.json'), '{}');
        writeFileSync(join(out, 'result.json'), JSON.stringify({ summary: 'Up', confidence: 0.9 }));`,
      request: { collectTo: request.collectTo },
    });
    expect(outcome).toMatchObject({ state: 'ok', exitCode: 0, result: { summary: 'Up', confidence: 0.9 } });
    expect(outcome.files).toEqual(
      [
        ['Zeta', ''],
        ['brief.md', 'Revenue up.'],
        ['charts/deep/é.svg', '<svg/>'],
        ['charts/result.json', '{}'],
      ].map(([path, text = '']) => ({
        path,
        bytes: Buffer.byteLength(text),
        sha256: createHash('sha256').update(text).digest('hex'),
      })),
    );
    const brief = await stat(join(request.collectTo, 'brief.md'));
    expect(brief.mode & 0o777).toBe(0o444);
    expect(brief.uid).toBe(process.getuid?.());
    await expect(readFile(join(request.collectTo, 'result.json'))).rejects.toThrow('ENOENT');
  });

  test('replaces what an earlier try left there', async () => {
    const request = await host.request({});
    await mkdir(request.collectTo, { recursive: true });
    await writeFile(join(request.collectTo, 'old.txt'), 'old');
    const { outcome } = await host.try(report, {
      program: 'writeFileSync(join(out, "new.txt"), "new");',
      request: { collectTo: request.collectTo },
    });
    expect(outcome.files.map((file) => file.path)).toEqual(['new.txt']);
    await expect(readFile(join(request.collectTo, 'old.txt'))).rejects.toThrow('ENOENT');
  });

  test('may be nothing at all', async () => {
    expect((await host.try(report, {})).outcome).toMatchObject({ state: 'ok', files: [], result: null });
  });

  test.each([
    ['a link', `symlinkSync('/etc/passwd', join(out, 'passwd'));`, /passwd.*link/],
    ['a link to a folder', `symlinkSync('/', join(out, 'root'));`, /root.*link/],
    ['a dangling link', `symlinkSync('nowhere', join(out, 'x'));`, /link/],
    ['a second name', `writeFileSync(join(out, 'a'), 'x'); linkSync(join(out, 'a'), join(out, 'b'));`, /hard link/],
    ['a pipe', `spawnSync('mkfifo', [join(out, 'pipe')]);`, /pipe/],
    ['a control character', `writeFileSync(join(out, 'a\\u001bb'), 'x');`, /control character/],
    ['a line end', `writeFileSync(join(out, 'a\\nb'), 'x');`, /control character/],
    ['a backslash', `writeFileSync(join(out, 'a\\\\b'), 'x');`, /backslash/],
    ['two dots', `writeFileSync(join(out, '..a'), 'x');`, /\.\./],
    ['a dash in front', `mkdirSync(join(out, '-rf')); writeFileSync(join(out, '-rf/x'), 'x');`, /begins with -/],
    [
      'a name that is not UTF-8',
      `writeFileSync(Buffer.concat([Buffer.from(out + '/'), Buffer.from([0xff, 0x41])]), 'x');`,
      /UTF-8/,
    ],
    ['approval.flag', `writeFileSync(join(out, 'approval.flag'), '{}');`, /approval\.flag/],
    [
      '.cowork',
      `mkdirSync(join(out, '.cowork')); writeFileSync(join(out, '.cowork/manifest.json'), '{}');`,
      /\.cowork/,
    ],
    ['a link as result.json', `symlinkSync('/etc/passwd', join(out, 'result.json'));`, /result\.json|link/],
    ['a folder as result.json', `mkdirSync(join(out, 'result.json'));`, /result\.json/],
    ['a broken result.json', `writeFileSync(join(out, 'result.json'), '{"summary": ');`, /result\.json.*JSON/],
    [
      'a wrong result.json',
      `writeFileSync(join(out, 'result.json'), '{"confidence": 7}');`,
      /result\.json.*confidence/,
    ],
    [
      'a huge result.json',
      `writeFileSync(join(out, 'result.json'), JSON.stringify({ summary: 'x'.repeat(2_000_000) }));`,
      /result\.json.*1 MB/,
    ],
  ])('is refused with %s, beside good files', async (_name, program, message) => {
    expect(await refusal(`writeFileSync(join(out, 'good.txt'), 'good');\n${program}`)).toMatch(message);
  });

  test('names the first offenders and counts the rest', async () => {
    const message = await refusal(`for (let n = 0; n < 12; n += 1) symlinkSync('/', join(out, 'l' + n));`);
    expect(message).toContain('12');
    expect(message).toMatch(/and \d more|and \d+ more/);
  });

  test('keeps the reason of a failure beside refused outputs', async () => {
    const { outcome } = await host.try(report, { program: `symlinkSync('/', join(out, 'l')); process.exit(4);` });
    expect(outcome).toMatchObject({ state: 'failed', errorClass: 'SkillExit', exitCode: 4, files: [] });
  });

  test('is still taken where the skill took its permissions away', async () => {
    const { outcome } = await host.try(report, {
      program: `import { chmodSync } from 'node:fs'; writeFileSync(join(out, 'x'), 'x'); chmodSync(join(out, 'x'), 0);`,
    });
    expect(outcome).toMatchObject({ state: 'ok', files: [{ path: 'x', bytes: 1 }] });
  });
});

describe('a pinned copy', () => {
  test('that somebody changed since is not run', async () => {
    const request = await host.request({ program: 'writeFileSync(join(out, "x"), "x");' });
    await writeFile(join(request.pinnedFolder, 'more.txt'), 'planted');
    const { outcome, started } = await host.try(report, {
      request: { pinnedFolder: request.pinnedFolder, skill: request.skill },
    });
    expect(outcome).toMatchObject({ state: 'failed', errorClass: 'FenceBroken', files: [] });
    expect(outcome.errorMessage).toContain('changed');
    expect(started).toEqual([]);
  });

  test('is not run with a link in it either', async () => {
    const request = await host.request({});
    await symlink('/etc/passwd', join(request.pinnedFolder, 'x'));
    const { outcome } = await host.try(report, {
      request: { pinnedFolder: request.pinnedFolder, skill: request.skill },
    });
    expect(outcome).toMatchObject({ state: 'failed', errorClass: 'FenceBroken' });
  });
});

test('private files of the product are readable for the skill, whatever their modes are', async () => {
  const path = await host.put('run/inputs/secretive/a.csv', 'a,1');
  await chmod(path, 0o600);
  await chmod(join(host.root, 'run/inputs/secretive'), 0o700);
  const said = await host.said(report, {
    program: `say(readFileSync(JSON.parse(readFileSync(env.COWORK_INPUTS, 'utf8')).secretive, 'utf8'));`,
    request: { inputs: { secretive: { kind: 'file', path } }, inputsFolder: join(host.root, 'run/inputs') },
  });
  expect(said).toBe('a,1');
  expect((await stat(path)).mode & 0o777).toBe(0o600);
});

test('a hard link to a file of the home does not come out', async () => {
  const secret = await host.put('home/.env', 'SECRET=1');
  const { outcome } = await host.try(report, {
    program: `tryOut(() => linkSync('${secret}', join(out, 'env')));`,
  });
  expect(outcome.files).toEqual([]);
  await link(secret, join(host.root, 'home/again'));
});
