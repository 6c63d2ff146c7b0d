import { execFileSync } from 'node:child_process';
import { mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { problemText } from '#src/workflows/files/problem.ts';
import type { Home } from '#src/workflows/home.ts';
import { loadHome } from '#src/workflows/load.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { type Changes, problemsWith, replace, writeHome } from './sample-home.ts';

async function homeWith(folder: string, changes: Changes = {}): Promise<Home> {
  await writeHome(folder, changes);
  const loaded = await loadHome(folder);
  if (!loaded.ok) throw new Error(loaded.problems.map(problemText).join('\n'));
  return loaded.home;
}

describe('a home that uses every key', () => {
  test('loads, with what is not in force yet and what the environment lacks', async () => {
    await using folder = await tempFolder();
    await writeHome(folder.path);
    const loaded = await loadHome(folder.path, { env: { RATES_TOKEN: 'x' } });
    expect(loaded.ok).toBe(true);
    expect(loaded.warnings.map(problemText)).toEqual([
      'cowork.yaml:19:18: alerts.heartbeat_url needs the environment variable HEARTBEAT_URL, which is not set here',
    ]);
    expect(loaded.notInForce.map(({ what }) => what)).toEqual([
      'alerts.P1.escalate',
      'alerts.P3.batch',
      'alerts.heartbeat_url',
      'digests.weekly',
      'digests.monthly',
      'digests.drill',
      'maintenance',
      'retention',
      'fixtures',
      'budget',
      'reported',
    ]);
    expect(loaded.notInForce.map(problemText)).toContain(
      'workflows/monday-brief.yaml:12:1: budget is not in force yet; it is checked and kept for later',
    );
  });

  test('is plain JSON, with defaults filled in, hashes, schemas and the check scripts', async () => {
    await using folder = await tempFolder();
    const home = await homeWith(folder.path);
    expect(JSON.parse(JSON.stringify(home))).toEqual(home);
    expect(Object.keys(home.workflows)).toEqual(['close-ledger', 'monday-brief']);
    expect(home.workflows['close-ledger']?.spec).toMatchObject({
      severity: 'P2',
      tier: 'T2',
      timeout: '30m',
      inputs: {},
    });
    expect(home.workflows['close-ledger']).toMatchObject({ schemas: {}, kit: null });
    expect(home.workflows['monday-brief']?.schemas).toEqual({ 'schemas/metrics.json': { type: 'object' } });
    expect(home.workflows['monday-brief']?.kit).toMatch(/^sha256:[0-9a-f]{64}$/);
    expect(home.skills['finance-memo-v2']).toMatchObject({ name: 'finance-memo-v2', description: 'Does it.' });
  });

  test("a skill's hash is what the shell command of the home format gives", async () => {
    await using folder = await tempFolder();
    const home = await homeWith(folder.path, {
      'skills/finance-memo-v2/lib/ä b.txt': 'x',
      'skills/finance-memo-v2/lib.a': '',
    });
    const command = "find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum -- | sha256sum";
    const hex = execFileSync('sh', ['-c', command], { cwd: join(folder.path, 'skills/finance-memo-v2') })
      .toString()
      .slice(0, 64);
    expect(home.skills['finance-memo-v2']?.hash).toBe(`sha256:${hex}`);
  });
});

describe('the definition hash of a workflow', () => {
  const hashes = async (changes: Changes = {}) => {
    await using folder = await tempFolder();
    const { hash, workflows } = await homeWith(folder.path, changes);
    return { home: hash, brief: workflows['monday-brief']?.hash, ledger: workflows['close-ledger']?.hash };
  };

  test.each([
    ['its spec', { 'workflows/monday-brief.yaml': replace('timeout: 20m', 'timeout: 21m') }],
    ['a file of its skill', { 'skills/finance-memo-v2/main.mjs': '// other\n' }],
    ['a JSON Schema it names', { 'schemas/metrics.json': '{ "type": "array" }' }],
    ['a check script', { 'checks/totals.mjs': 'process.exit(1);\n' }],
  ] satisfies [string, Changes][])('changes with %s, and only there', async (_what, changes) => {
    const [before, after] = [await hashes(), await hashes(changes)];
    expect(after.brief).not.toBe(before.brief);
    expect(after.ledger).toBe(before.ledger);
  });

  test('stays with a comment, another order of keys, and the team', async () => {
    const [before, after] = [
      await hashes(),
      await hashes({
        'workflows/monday-brief.yaml': (text) =>
          text.replace('severity: P1\ntier: T2\n', 'tier: T2   # two\nseverity: P1\n'),
        'cowork.yaml': replace('team: Acme', 'team: Ajax'),
      }),
    ];
    expect(after.brief).toBe(before.brief);
    expect(after.home).not.toBe(before.home);
  });
});

describe('files at odds with the home', () => {
  test('links that leave the home are refused, those inside it are followed', async () => {
    await using folder = await tempFolder();
    await using other = await tempFolder();
    await writeHome(folder.path, { 'workflows/close-ledger.yaml': null });
    await writeFile(join(other.path, 'close-ledger.yaml'), 'secret: words');
    await symlink(join(other.path, 'close-ledger.yaml'), join(folder.path, 'workflows/close-ledger.yaml'));
    const loaded = await loadHome(folder.path);
    expect(loaded.ok ? [] : loaded.problems.map(problemText)).toEqual([
      'workflows/close-ledger.yaml:1:1: is a link that leaves the home; put the file itself here',
    ]);
    await using inside = await tempFolder();
    await writeHome(inside.path, { 'cowork.yaml': null });
    await writeHome(join(inside.path, 'real'));
    await symlink('real/cowork.yaml', join(inside.path, 'cowork.yaml'));
    expect((await loadHome(inside.path)).ok).toBe(true);
  });

  test('a pipe where a file should be does not stall the reader', async () => {
    await using folder = await tempFolder();
    await writeHome(folder.path, { 'workflows/close-ledger.yaml': null });
    execFileSync('mkfifo', [join(folder.path, 'workflows/close-ledger.yaml')]);
    const loaded = await loadHome(folder.path);
    expect(loaded.ok ? [] : loaded.problems.map(problemText)).toEqual([
      'workflows/close-ledger.yaml:1:1: is not a regular file',
    ]);
  });

  test('.yml is told, folders and other files in workflows/ are not workflows', async () => {
    await using folder = await tempFolder();
    await writeHome(folder.path, { 'workflows/a.yml': 'x', 'workflows/README.md': 'x', 'workflows/.b.yaml.swp': 'x' });
    await mkdir(join(folder.path, 'workflows/more'));
    const loaded = await loadHome(folder.path);
    expect(loaded.ok ? [] : loaded.problems.map(problemText)).toEqual([
      'workflows/a.yml:1:1: is not read under this name; call it a.yaml',
    ]);
    expect(loaded.warnings.map(problemText)).toEqual([
      'workflows/more:1:1: is a folder and is not read; workflow files lie directly in workflows/',
    ]);
  });

  test.each([
    [
      'a missing folder',
      'nowhere',
      /^cowork\.yaml:1:1: the folder .*nowhere does not exist; "cowork-ops init .*" makes a home/,
    ],
    ['a file', 'cowork.yaml', /is not a folder; a Cowork home is a folder with a cowork\.yaml$/],
    ['an empty folder', 'skills', /^cowork\.yaml:1:1: is missing; a Cowork home begins with it/],
  ])('%s is no home', async (_name, path, expected) => {
    await using folder = await tempFolder();
    await writeHome(folder.path);
    const loaded = await loadHome(join(folder.path, path));
    expect(loaded.ok ? [] : loaded.problems.map(problemText)).toEqual([expect.stringMatching(expected)]);
  });
});

describe('across files', () => {
  test('a broken cowork.yaml hides no fault elsewhere and invents none', async () => {
    const says = await problemsWith({
      'cowork.yaml': 'team: [',
      'workflows/close-ledger.yaml': replace('finance-normalise-v3', 'finance-normalise-v4'),
    });
    expect(says).toEqual([
      expect.stringMatching(/^cowork\.yaml:1:8: /),
      'workflows/close-ledger.yaml:6:25: steps[0].skill "finance-normalise-v4" names no skill; skills: finance-memo-v2, finance-normalise-v3; did you mean finance-normalise-v3?',
    ]);
  });

  test('a broken workflow or skill is no dangling name for those that point at it', async () => {
    const says = await problemsWith({
      'workflows/close-ledger.yaml': 'a: [',
      'skills/finance-memo-v2/spec.yaml': 'x: y: z',
    });
    expect(says).toEqual([
      'skills/finance-memo-v2/spec.yaml:1:4: a second key begins inside a value; put the value in quotes, or mend the indentation',
      expect.stringMatching(/^workflows\/close-ledger\.yaml:1:5: /),
    ]);
  });

  test('workflows that read each other in a circle', async () => {
    expect(
      await problemsWith({
        'workflows/close-ledger.yaml': (text) => `${text}inputs: { b: { workflow: monday-brief, file: x } }\n`,
      }),
    ).toEqual([
      "workflows/monday-brief.yaml:17:24: workflows wait for each other's outputs in a circle: close-ledger reads monday-brief reads close-ledger",
    ]);
  });

  test.each([
    [
      'the same',
      'reports/board/{date}',
      'is the same folder as that of the workflow close-ledger (reports/board/{date})',
    ],
    ['one around it', 'reports/board/', 'lies inside that of the workflow close-ledger (reports/board/)'],
    ['one inside it', 'reports/board/{date}/x', 'contains that of'],
  ])('a production folder of two workflows: %s', async (_name, other, expected) => {
    const says = await problemsWith({ 'workflows/close-ledger.yaml': (text) => `${text}production: ${other}\n` });
    expect(says).toHaveLength(1);
    expect(says[0]).toMatch(/^workflows\/(monday-brief\.yaml:41|close-ledger\.yaml:8):13: production /);
    if (expected !== 'contains that of') expect(says[0]).toContain(expected);
  });

  test("another workflow's default folder is kept free too", async () => {
    expect(
      await problemsWith({ 'workflows/monday-brief.yaml': replace('reports/board/{date}/', 'close-ledger/') }),
    ).toEqual([
      'workflows/monday-brief.yaml:41:13: production contains that of the workflow close-ledger ({workflow}/{run_id}/); give each its own',
    ]);
  });

  test('T3 needs two people, counted once whatever names stand for them', async () => {
    const t3 = (approvers: string) =>
      problemsWith({
        'workflows/monday-brief.yaml': (text) =>
          text.replace('tier: T2', 'tier: T3').replace('approvers: [finance-leads]', `approvers: ${approvers}`),
      });
    expect(await t3('[finance-leads]')).toEqual([]);
    expect(await t3('[owner, jon]')).toEqual([]);
    expect(await t3('[on-call]')).toEqual([]);
    expect(await t3('[owner, maya, vic]')).toEqual([
      expect.stringContaining('tier T3 may need 2 approvals by different people, but only maya can approve'),
    ]);
  });

  test('JSON Schemas are read and compiled', async () => {
    const schema = (text: string) => problemsWith({ 'schemas/metrics.json': text });
    expect(await schema('{ "type": "object",\n }')).toEqual([
      'schemas/metrics.json:2:2: is not JSON: Expected double-quoted property name',
    ]);
    expect(await schema('')).toEqual([expect.stringMatching(/^schemas\/metrics\.json:1:1: is not JSON/)]);
    expect(await schema('[1]')).toEqual([
      'schemas/metrics.json:1:1: is not a JSON Schema: it must be an object, true or false',
    ]);
    expect(await schema('{ "type": "objekt" }')).toEqual([
      expect.stringMatching(/^schemas\/metrics\.json:1:1: is not a usable JSON Schema: schema is invalid: data\/type/),
    ]);
    expect(await schema('{ "const": "\\u0000" }')).toEqual([
      'schemas/metrics.json:1:1: holds a NUL or half a character, which cannot be stored; remove it',
    ]);
    expect(await schema('['.repeat(100_000) + ']'.repeat(100_000))).toEqual([
      'schemas/metrics.json:1:1: is nested more than 100 levels deep',
    ]);
    expect(await schema('{ "const": "\\ud83d\\ude00" }')).toEqual([]);
    expect(await schema('{ "pattern": "(?=x)" }')).toEqual([expect.stringContaining('is not a usable JSON Schema')]);
    expect(
      await schema('{ "$schema": "https://json-schema.org/draft/2020-12/schema", "prefixItems": [true] }'),
    ).toEqual([]);
  });
});
