import { chmod, mkdir, mkdtemp, open, readdir, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { invalid, notFound, refused } from '../errors.ts';
import { NAME } from '../values/scalars.ts';
import { problemText } from '../workflows/files/problem.ts';
import { readHomeText } from '../workflows/files/read.ts';
import { quoted } from '../workflows/files/wording.ts';
import { specFor } from './add-spec.ts';
import { hashListed, listFolder } from './hash.ts';
import { type FrontMatter, readFrontMatter } from './index-front-matter.ts';
import { skillBase } from './spec.ts';

export interface AddedSkill {
  /** With its version, for example `finance-memo-v1`. */
  skill: string;
  /** Home-relative folder. */
  path: string;
  /** Keys of spec.yaml that a person has to fill in before the skill can be used. */
  fill: string[];
}

/**
 * Copies an Agent Skills folder into the home as `skills/<name>-v1`, or the next free version, with a spec.yaml to fill
 * in. Throws `invalid` for a folder without a proper SKILL.md, `refused` for one with links or too much in it; then
 * nothing is copied.
 * @param root the home
 * @param folder absolute, or relative to the working folder
 */
export async function addSkill(root: string, folder: string): Promise<AddedSkill> {
  const home = await stat(join(root, 'cowork.yaml')).catch(() => undefined);
  if (!home) throw notFound(`${root} is no Cowork home: it has no cowork.yaml. "cowork-ops init ${root}" makes one.`);
  const { name, description } = await frontMatterOf(folder);
  const { files, faults } = await listFolder(folder);
  const [fault] = faults;
  if (fault) throw refused(`${join(folder, fault.path)} ${fault.message}. Nothing was copied.`);
  const skill = await freeName(root, name);
  const { text, fill } = await specFor(folder, skill, description);
  await mkdir(join(root, 'skills'), { recursive: true });
  // Made apart and renamed, so that a watching product never sees half a skill. A dot keeps it out of the index.
  const draft = await mkdtemp(join(root, 'skills', '.adding-'));
  try {
    await hashListed(folder, files, async ({ path, executable }, bytes) => {
      if (path === 'spec.yaml') return;
      await mkdir(dirname(join(draft, path)), { recursive: true });
      await write(join(draft, path), bytes, executable ? 0o755 : 0o644);
    });
    await write(join(draft, 'spec.yaml'), text, 0o644);
    await chmod(draft, 0o755);
    await rename(draft, join(root, 'skills', skill));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return { skill, path: `skills/${skill}`, fill };
}

async function write(path: string, content: Uint8Array | string, mode: number): Promise<void> {
  await using file = await open(path, 'wx', mode);
  await file.writeFile(content);
}

async function frontMatterOf(folder: string): Promise<FrontMatter> {
  const there = await stat(folder).catch(() => undefined);
  if (!there?.isDirectory()) throw notFound(`There is no folder ${folder}.`);
  const read = await readHomeText(await realpath(folder), 'SKILL.md');
  const where = (problems: Parameters<typeof problemText>[0][]) => problems.map(problemText).join('\n');
  if (!read.ok)
    throw invalid(
      `${basename(folder)} is no Agent Skills folder: ${where([read.problem])}. It needs a SKILL.md with name and description.`,
    );
  const parsed = readFrontMatter('SKILL.md', read.text);
  if (!parsed.ok) throw invalid(`${basename(folder)} is no proper Agent Skills folder:\n${where(parsed.problems)}`);
  const base = skillBase(parsed.front.name);
  if (!NAME.test(base) || base.endsWith('-') || base.includes('--'))
    throw invalid(
      `The name ${quoted(parsed.front.name)} in SKILL.md must be lower-case letters, digits and single hyphens, at most 48, without its version; mend it there.`,
    );
  return parsed.front;
}

/** The version the name asks for if it is free, else the next after the highest there is. */
async function freeName(root: string, name: string): Promise<string> {
  const [base, asked] = [skillBase(name), /-v(\d+)$/.exec(name)?.[1]];
  const taken = await readdir(join(root, 'skills')).catch(() => []);
  const versions = taken.flatMap((folder) => {
    const match = /^(.+)-v(\d+)$/.exec(folder);
    return match?.[1] === base ? [Number(match[2])] : [];
  });
  if (asked === undefined) return `${base}-v${Math.max(0, ...versions) + 1}`;
  if (versions.includes(Number(asked)) || Number(asked) === 0)
    throw refused(
      `skills/${name} is there already, and a version in use is never changed. Leave the version out of name in SKILL.md, and the next free one is taken.`,
    );
  return name;
}
