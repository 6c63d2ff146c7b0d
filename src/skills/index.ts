import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { systemCode } from '../errors.ts';
import { SKILL_NAME } from '../values/scalars.ts';
import { parseYaml } from '../workflows/files/document.ts';
import { readHomeText } from '../workflows/files/read.ts';
import { quoted } from '../workflows/files/wording.ts';
import { type Draft, draftSkill } from '../workflows/rules/draft.ts';
import type { Findings } from '../workflows/rules/findings.ts';
import { hashSkillFolder } from './hash.ts';
import { readFrontMatter } from './index-front-matter.ts';
import { type SkillSpec, skillBase } from './spec.ts';

/** One folder `skills/NAME-vN/` as far as it could be read. */
export interface SkillEntry {
  name: string;
  draft: Draft<SkillSpec> | undefined;
  description: string | undefined;
  /** `sha256:<hex>` over the folder's files; undefined where the folder is refused. */
  hash: string | undefined;
  files: ReadonlySet<string>;
}

/** Reads every skill of a home, by name. What is wrong goes to `findings`; a faulty skill still counts as existing. */
export async function readSkills(root: string, findings: Findings): Promise<Map<string, SkillEntry>> {
  const skills = new Map<string, SkillEntry>();
  for (const entry of await subfolders(root, findings)) {
    const folder = `skills/${entry.name}`;
    if (entry.name.startsWith('.')) continue;
    if (entry.isSymbolicLink()) findings.fileProblem(folder, 'is a link; put the skill folder itself here');
    else if (!entry.isDirectory()) continue;
    else if (!SKILL_NAME.test(entry.name))
      findings.fileProblem(
        folder,
        `a skill folder is named in lower case with its version, for example ${suggestedName(entry.name)}; this one is ${quoted(entry.name)}`,
      );
    else skills.set(entry.name, await readSkill(root, entry.name, findings));
  }
  return skills;
}

async function subfolders(root: string, findings: Findings) {
  try {
    const entries = await readdir(join(root, 'skills'), { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (systemCode(error) !== 'ENOENT') findings.fileProblem('skills', `cannot be read (${systemCode(error)})`);
    return [];
  }
}

const suggestedName = (name: string): string => {
  const plain = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');
  return SKILL_NAME.test(plain) ? plain : `${plain.slice(0, 44) || 'finance-memo'}-v1`;
};

async function readSkill(root: string, name: string, findings: Findings): Promise<SkillEntry> {
  const folder = `skills/${name}`;
  const hashed = await hashSkillFolder(join(root, folder));
  if (!hashed.ok)
    for (const { path, message } of hashed.faults)
      findings.fileProblem(path === '' ? folder : `${folder}/${path}`, message);
  const linked = !hashed.ok && hashed.faults.some(({ path }) => path === 'SKILL.md' || path === 'spec.yaml');
  if (linked) return { name, draft: undefined, description: undefined, hash: undefined, files: new Set() };
  return {
    name,
    draft: await readSpec(root, `${folder}/spec.yaml`, findings),
    description: await readDescription(root, name, findings),
    hash: hashed.ok ? hashed.hash : undefined,
    files: new Set(hashed.ok ? hashed.files.map(({ path }) => path) : []),
  };
}

async function readSpec(root: string, file: string, findings: Findings): Promise<Draft<SkillSpec> | undefined> {
  const read = await readHomeText(root, file);
  if (!read.ok) {
    const missing = read.problem.message === 'is missing';
    findings.problems(
      missing
        ? { ...read.problem, message: 'is missing; every skill needs one (owner, task, runner, access …)' }
        : read.problem,
    );
    return undefined;
  }
  const { yaml, problems } = parseYaml(file, read.text);
  findings.problems(...problems);
  return yaml && draftSkill(yaml, findings);
}

async function readDescription(root: string, name: string, findings: Findings): Promise<string | undefined> {
  const file = `skills/${name}/SKILL.md`;
  const read = await readHomeText(root, file);
  if (!read.ok) {
    const missing = read.problem.message === 'is missing';
    findings.problems(
      missing
        ? { ...read.problem, message: 'is missing; it describes the skill, with name and description at its top' }
        : read.problem,
    );
    return undefined;
  }
  const parsed = readFrontMatter(file, read.text);
  if (!parsed.ok) {
    findings.problems(...parsed.problems);
    return undefined;
  }
  const { front } = parsed;
  const base = skillBase(name);
  if (front.name !== name && front.name !== base)
    findings.problem(
      front.yaml,
      ['name'],
      `name must be ${base} or ${name}, as the folder says; you wrote ${quoted(front.name)}`,
    );
  return front.description;
}
