import { chmod, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { addSkill } from '#src/skills/add.ts';
import { checkHome } from '#src/workflows/check-home.ts';
import { initHome } from '#src/workflows/init.ts';
import { tempFolder } from '#test/setup/ground.ts';

async function stage(files: Record<string, string> = {}) {
  const folder = await tempFolder();
  const [home, source] = [join(folder.path, 'home'), join(folder.path, 'source')];
  await initHome(home, 'UTC');
  const all = {
    'SKILL.md': '---\nname: pdf-forms\ndescription: "Fills forms: fast,\\n and well"\n---\nWords.\n',
    ...files,
  };
  for (const [path, text] of Object.entries(all)) {
    await mkdir(dirname(join(source, path)), { recursive: true });
    await writeFile(join(source, path), text);
  }
  const skills = async () => (await readdir(join(home, 'skills'))).sort();
  return { home, source, skills, [Symbol.asyncDispose]: folder[Symbol.asyncDispose] };
}

describe('adding a skill folder', () => {
  test('copies it as version 1, with a spec.yaml that says what to fill in', async () => {
    await using on = await stage({ 'scripts/run.sh': '#!/bin/sh\n' });
    await chmod(join(on.source, 'scripts/run.sh'), 0o700);
    expect(await addSkill(on.home, on.source)).toEqual({
      skill: 'pdf-forms-v1',
      path: 'skills/pdf-forms-v1',
      fill: ['owner', 'action', 'result', 'runner.run', 'rollback'],
    });
    expect((await stat(join(on.home, 'skills/pdf-forms-v1/scripts/run.sh'))).mode & 0o111).not.toBe(0);
    const report = await checkHome(on.home);
    expect(report.text.split('\n')).toEqual([
      'skills/pdf-forms-v1/spec.yaml:2:1: owner is empty; it must be text',
      'skills/pdf-forms-v1/spec.yaml:4:1: action is empty; it must be text',
      'skills/pdf-forms-v1/spec.yaml:5:1: result is empty; it must be text',
      'skills/pdf-forms-v1/spec.yaml:6:31: runner.run must have at least 1 entry',
      'skills/pdf-forms-v1/spec.yaml:15:1: rollback is empty; it must be text',
      '5 problems in 1 file; this home would not be loaded.',
    ]);
  });

  test('once filled in, the home loads with it', async () => {
    await using on = await stage({ 'main.mjs': '' });
    await addSkill(on.home, on.source);
    const spec = join(on.home, 'skills/pdf-forms-v1/spec.yaml');
    const text = (await readFile(spec, 'utf8'))
      .replace('owner:  ', 'owner: you ')
      .replace('action:  ', 'action: Read. ')
      .replace('result:  ', 'result: A form. ')
      .replace('run: []', 'run: [node, main.mjs]')
      .replace('rollback:  ', 'rollback: Undo. ');
    await writeFile(spec, text);
    const { ok, json } = await checkHome(on.home);
    expect([ok, json.skills]).toEqual([true, ['pdf-forms-v1', 'sales-summary-v1']]);
    expect(text).toContain('task: "Fills forms: fast, and well"');
  });

  test('takes the next free version', async () => {
    await using on = await stage();
    const names = [];
    for (let n = 0; n < 3; n++) names.push((await addSkill(on.home, on.source)).skill);
    expect(names).toEqual(['pdf-forms-v1', 'pdf-forms-v2', 'pdf-forms-v3']);
  });

  test('takes the version the name asks for, and never one that is there', async () => {
    await using on = await stage({ 'SKILL.md': '---\nname: pdf-forms-v4\ndescription: x\n---\n' });
    expect((await addSkill(on.home, on.source)).skill).toBe('pdf-forms-v4');
    await expect(addSkill(on.home, on.source)).rejects.toMatchObject({
      code: 'refused',
      message: expect.stringMatching(/^skills\/pdf-forms-v4 is there already, and a version in use is never changed\./),
    });
    expect(await on.skills()).toEqual(['pdf-forms-v4', 'sales-summary-v1']);
  });

  test("keeps the folder's own spec.yaml under the new name, comments included", async () => {
    await using on = await stage({
      'spec.yaml': `skill: pdf-forms-v9      # theirs
owner: you
task: t
action: a
result: r
runner: { kind: command, run: [node, main.mjs] }
access: {}
rollback: b
`,
      'main.mjs': '',
    });
    expect(await addSkill(on.home, on.source)).toEqual({
      skill: 'pdf-forms-v1',
      path: 'skills/pdf-forms-v1',
      fill: [],
    });
    expect(await readFile(join(on.home, 'skills/pdf-forms-v1/spec.yaml'), 'utf8')).toMatch(
      /^skill: pdf-forms-v1 +# theirs\n/,
    );
    expect((await checkHome(on.home)).ok).toBe(true);
  });

  test.each<[string, (source: string) => Promise<unknown>, string, RegExp]>([
    [
      'a link',
      (source) => symlink('/etc/passwd', join(source, 'x')),
      'refused',
      /x is a link; put the file itself here\. Nothing was copied\.$/,
    ],
    [
      'no SKILL.md',
      (source) => writeFile(join(source, 'SKILL.md'), 'hello'),
      'invalid',
      /SKILL\.md:1:1: must begin with front matter/,
    ],
    [
      'a name that climbs out',
      (source) => writeFile(join(source, 'SKILL.md'), '---\nname: ../../x\ndescription: x\n---\n'),
      'invalid',
      /^The name "\.\.\/\.\.\/x" in SKILL\.md must be lower-case/,
    ],
    [
      'a name in capitals',
      (source) => writeFile(join(source, 'SKILL.md'), '---\nname: PDF\ndescription: x\n---\n'),
      'invalid',
      /must be lower-case/,
    ],
    [
      'a spec.yaml that is no YAML',
      (source) => writeFile(join(source, 'spec.yaml'), 'a: b: c'),
      'invalid',
      /cannot be read as YAML/,
    ],
  ])('%s is refused and leaves nothing', async (_name, spoil, code, message) => {
    await using on = await stage();
    await spoil(on.source);
    await expect(addSkill(on.home, on.source)).rejects.toMatchObject({ code, message: expect.stringMatching(message) });
    expect(await on.skills()).toEqual(['sales-summary-v1']);
  });

  test('a folder that is not there, and a home that is none', async () => {
    await using on = await stage();
    await expect(addSkill(on.home, join(on.source, 'no'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(addSkill(on.source, on.source)).rejects.toMatchObject({
      code: 'not_found',
      message: `${on.source} is no Cowork home: it has no cowork.yaml. "cowork-ops init ${on.source}" makes one.`,
    });
  });
});
