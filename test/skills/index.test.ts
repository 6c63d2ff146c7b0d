import { execFileSync } from 'node:child_process';
import { chmod, link, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { FOLDER_LIMITS, foldHashes, hashSkillFolder, listFolder } from '#src/skills/hash.ts';
import { readSkills } from '#src/skills/index.ts';
import { readFrontMatter } from '#src/skills/index-front-matter.ts';
import { problemText } from '#src/workflows/files/problem.ts';
import { loadHome } from '#src/workflows/load.ts';
import { Findings } from '#src/workflows/rules/findings.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { problemsWith, writeHome } from '#test/workflows/sample-home.ts';

const MEMO = 'skills/finance-memo-v2';

async function problemsIn(folder: string): Promise<string[]> {
  const loaded = await loadHome(folder);
  return loaded.ok ? [] : loaded.problems.map(problemText);
}

describe('the skills of a home', () => {
  test('are read by folder, with description, hash and files; hidden folders and loose files are none', async () => {
    await using folder = await tempFolder();
    await writeHome(folder.path, { 'skills/README.md': 'x', 'skills/.adding-1/SKILL.md': 'x' });
    const findings = new Findings();
    const skills = await readSkills(folder.path, findings);
    expect(findings.sorted().problems).toEqual([]);
    expect([...skills.keys()]).toEqual(['finance-memo-v2', 'finance-normalise-v3']);
    expect(skills.get('finance-memo-v2')).toMatchObject({
      description: 'Does it.',
      hash: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
      files: new Set(['SKILL.md', 'main.mjs', 'spec.yaml']),
    });
  });

  test('a home without skills has none', async () => {
    await using folder = await tempFolder();
    const findings = new Findings();
    expect((await readSkills(folder.path, findings)).size).toBe(0);
    expect(findings.sorted().problems).toEqual([]);
  });

  test('folders that are not named as skills are told, with the name they should have', async () => {
    expect(
      await problemsWith({ 'skills/Finance Memo/x': '', 'skills/memo/SKILL.md': '', 'skills/memo-v0/x': '' }),
    ).toEqual([
      'skills/Finance Memo:1:1: a skill folder is named in lower case with its version, for example finance-memo-v1; this one is "Finance Memo"',
      'skills/memo:1:1: a skill folder is named in lower case with its version, for example memo-v1; this one is "memo"',
      'skills/memo-v0:1:1: a skill folder is named in lower case with its version, for example memo-v0-v1; this one is "memo-v0"',
    ]);
  });

  test('both files are needed', async () => {
    expect(await problemsWith({ [`${MEMO}/SKILL.md`]: null, [`${MEMO}/spec.yaml`]: null })).toEqual([
      'skills/finance-memo-v2/SKILL.md:1:1: is missing; it describes the skill, with name and description at its top',
      'skills/finance-memo-v2/spec.yaml:1:1: is missing; every skill needs one (owner, task, runner, access …)',
    ]);
  });

  test.each([
    [
      'no front matter',
      'hello',
      '1:1: must begin with front matter: a line ---, then name and description, then a line ---',
    ],
    [
      'front matter that is not at the top',
      '\n---\nname: x\n---\n',
      '1:1: must begin with front matter: a line ---, then name and description, then a line ---',
    ],
    [
      'front matter that does not end',
      '---\nname: x\n',
      '1:1: must begin with front matter: a line ---, then name and description, then a line ---',
    ],
    [
      'another name',
      '---\nname: memo\ndescription: x\n---\n',
      '2:7: name must be finance-memo or finance-memo-v2, as the folder says; you wrote "memo"',
    ],
    [
      'another version',
      '---\nname: finance-memo-v1\ndescription: x\n---\n',
      '2:7: name must be finance-memo or finance-memo-v2, as the folder says; you wrote "finance-memo-v1"',
    ],
    [
      'an empty description',
      '---\nname: finance-memo\ndescription: "  "\n---\n',
      '3:14: description must not be empty; you wrote "  "',
    ],
    ['no description', '---\nname: finance-memo\n---\n', '2:1: description is missing; it must be text'],
    [
      'broken YAML',
      '---\nname: a: b\n---\n',
      '2:7: a second key begins inside a value; put the value in quotes, or mend the indentation',
    ],
  ])('SKILL.md with %s', async (_name, text, expected) => {
    expect(await problemsWith({ [`${MEMO}/SKILL.md`]: text })).toEqual([`${MEMO}/SKILL.md:${expected}`]);
  });

  test('other keys of the Agent Skills format, Windows line ends and rules in the text are fine', () => {
    const text = '---\r\nname: a\r\ndescription: b\r\nlicense: MIT\r\nallowed-tools: Bash\r\n---\r\n# A\r\n---\r\n';
    expect(readFrontMatter('SKILL.md', text)).toMatchObject({ ok: true, front: { name: 'a', description: 'b' } });
  });
});

describe('a skill folder that cannot be pinned', () => {
  test('holds a link, wherever it leads', async () => {
    await using folder = await tempFolder();
    await writeHome(folder.path);
    await symlink('main.mjs', join(folder.path, MEMO, 'inside.mjs'));
    await symlink('/etc', join(folder.path, MEMO, 'etc'));
    expect(await problemsIn(folder.path)).toEqual([
      `${MEMO}/etc:1:1: is a link; put the file itself here`,
      `${MEMO}/inside.mjs:1:1: is a link; put the file itself here`,
    ]);
  });

  test('is a link itself', async () => {
    await using folder = await tempFolder();
    await writeHome(folder.path);
    await symlink('finance-memo-v2', join(folder.path, 'skills/finance-memo-v3'));
    expect(await problemsIn(folder.path)).toEqual([
      'skills/finance-memo-v3:1:1: is a link; put the skill folder itself here',
    ]);
  });

  test('has its SKILL.md by a link: what lies there is not read', async () => {
    await using folder = await tempFolder();
    await writeHome(folder.path, { [`${MEMO}/SKILL.md`]: null });
    await symlink('/etc/passwd', join(folder.path, MEMO, 'SKILL.md'));
    expect(await problemsIn(folder.path)).toEqual([`${MEMO}/SKILL.md:1:1: is a link; put the file itself here`]);
  });

  test('holds a pipe', async () => {
    await using folder = await tempFolder();
    await writeHome(folder.path);
    execFileSync('mkfifo', [join(folder.path, MEMO, 'pipe')]);
    expect(await problemsIn(folder.path)).toEqual([`${MEMO}/pipe:1:1: is neither a file nor a folder`]);
  });

  test('has names that would make its hash ambiguous', async () => {
    await using folder = await tempFolder();
    for (const name of ['a\nb', 'a\\b', 'fine ä.txt']) await writeFile(join(folder.path, name), '');
    await writeFile(Buffer.concat([Buffer.from(`${folder.path}/`), Buffer.from([0xff])]), '');
    const { faults } = await listFolder(folder.path);
    expect(faults.map(({ path }) => path).sort()).toEqual(['a\nb', 'a\\b', '\ufffd']);
  });

  test('holds too many files', async () => {
    await using folder = await tempFolder();
    for (let n = 0; n <= FOLDER_LIMITS.files; n++) await link(await oneFile(folder.path), join(folder.path, `f${n}`));
    expect((await listFolder(folder.path)).faults).toEqual([
      { path: '', message: 'holds more than 5000 files; keep data in inputs instead' },
    ]);
  });

  test('is too large', async () => {
    await using folder = await tempFolder();
    const { open } = await import('node:fs/promises');
    await using file = await open(join(folder.path, 'big'), 'w');
    await file.truncate(FOLDER_LIMITS.bytes + 1);
    expect(await hashSkillFolder(folder.path)).toEqual({
      ok: false,
      faults: [{ path: '', message: 'is 51 MB large; at most 50 MB are pinned' }],
    });
  });
});

let made: Promise<void> | undefined;
async function oneFile(folder: string): Promise<string> {
  const path = join(folder, 'f');
  made ??= writeFile(path, '');
  await made;
  return path;
}

describe('the content hash', () => {
  test('sorts by bytes, not by the rules of any language', () => {
    const files = ['b', 'B', 'a/b', 'a-b', 'ä', '\u{1f600}', '\uffee'].map((path) => ({ path, sha256: '00' }));
    const sorted = [...files].sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path)));
    expect(foldHashes(files)).toBe(foldHashes(sorted));
    expect(sorted.map(({ path }) => path)).toEqual(['B', 'a-b', 'a/b', 'b', 'ä', '\uffee', '\u{1f600}']);
  });

  test('is of names and bytes, not of modes, times or empty folders', async () => {
    await using folder = await tempFolder();
    await writeFile(join(folder.path, 'a'), 'x');
    const hash = async () => {
      const hashed = await hashSkillFolder(folder.path);
      return hashed.ok ? hashed.hash : 'refused';
    };
    const before = await hash();
    await chmod(join(folder.path, 'a'), 0o755);
    await mkdir(join(folder.path, 'empty'));
    expect(await hash()).toBe(before);
    await writeFile(join(folder.path, 'empty', 'b'), '');
    expect(await hash()).not.toBe(before);
  });
});
