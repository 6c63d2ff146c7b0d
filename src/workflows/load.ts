import type { Dirent } from 'node:fs';
import { readdir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { messageOf, systemCode } from '../errors.ts';
import type { Team } from '../people/team.ts';
import { readSkills, type SkillEntry } from '../skills/index.ts';
import { lintSkill } from '../skills/lint.ts';
import { assemble } from './assemble.ts';
import type { WorkflowSpec } from './definition.ts';
import { parseYaml, type YamlFile } from './files/document.ts';
import { fileProblem, type Note, type Problem } from './files/problem.ts';
import { type ReadText, readHomeText } from './files/read.ts';
import { childOf } from './files/schema-walk.ts';
import type { Home } from './home.ts';
import { readSchemas } from './json-schemas.ts';
import { readKit } from './kit.ts';
import { type Draft, draftTeam, draftWorkflow, writtenKeys } from './rules/draft.ts';
import { Findings } from './rules/findings.ts';
import { checkHandOffCircles } from './rules/inputs.ts';
import type { Known } from './rules/names.ts';
import { noteNotInForce } from './rules/not-in-force.ts';
import { checkSharedTargets } from './rules/production.ts';
import type { Reading } from './rules/reading.ts';
import { checkSecrets } from './rules/secrets.ts';
import { checkTeam } from './rules/team.ts';
import { checkWorkflow } from './rules/workflow.ts';

export interface LoadOptions {
  /** The environment that secrets refer to; given, variables that are not set become warnings. */
  env?: Readonly<Record<string, string | undefined>> | undefined;
}

export type LoadedHome =
  | { ok: true; home: Home; notInForce: Note[]; warnings: Problem[] }
  | { ok: false; problems: Problem[]; notInForce: Note[]; warnings: Problem[] };

/**
 * Reads a whole Cowork home and checks it as home-format says: each file by itself and all of them together. Every
 * problem is reported, sorted by place; a home with one problem is not loaded at all. Never throws for what a file holds.
 */
export async function loadHome(path: string, options: LoadOptions = {}): Promise<LoadedHome> {
  const findings = new Findings();
  const root = await homeRoot(path, findings);
  const home = root === undefined ? undefined : await readHome(root, options, findings);
  const { problems, warnings, notes: notInForce } = findings.sorted();
  if (home && problems.length === 0) return { ok: true, home, notInForce, warnings };
  return { ok: false, problems, notInForce, warnings };
}

async function homeRoot(path: string, findings: Findings): Promise<string | undefined> {
  try {
    const root = await realpath(path);
    if ((await stat(root)).isDirectory()) return root;
    findings.fileProblem('cowork.yaml', `${path} is not a folder; a Cowork home is a folder with a cowork.yaml`);
  } catch (error) {
    const why =
      systemCode(error) === 'ENOENT' ? 'does not exist' : `cannot be read (${systemCode(error) ?? messageOf(error)})`;
    findings.fileProblem(
      'cowork.yaml',
      `the folder ${path} ${why}; "cowork-ops init ${path}" makes a home to start from`,
    );
  }
  return undefined;
}

async function readHome(root: string, options: LoadOptions, findings: Findings): Promise<Home | undefined> {
  const teamYaml = parsed(await readHomeText(root, 'cowork.yaml'), 'cowork.yaml', findings);
  const team = teamYaml && draftTeam(teamYaml, findings);
  const workflows = await readWorkflows(root, findings);
  const skills = await readSkills(root, findings);
  const kit = await readKit(root);
  const known = knownNames(team, workflows.names, skills);
  const drafts = new Map([...skills].flatMap(([name, { draft }]) => (draft ? [[name, draft]] : [])));
  const reading: Reading = { team, workflows: workflows.drafts, skills: drafts, known, kit: kit.names, findings };
  if (team) checkTeam(team, known, findings);
  for (const [name, workflow] of workflows.drafts) checkWorkflow(reading, name, workflow);
  for (const skill of skills.values()) lintSkill(root, skill, known, findings);
  checkHandOffCircles(reading);
  checkSharedTargets(workflows.drafts, findings);
  checkEachFile(reading, options, findings);
  const schemas = await readSchemas(root, workflows.drafts, findings);
  return assemble({ root, team, workflows: workflows.drafts, skills, schemas, kit, findings });
}

function checkEachFile({ team, workflows, skills }: Reading, { env }: LoadOptions, findings: Findings): void {
  const files = [
    ...(team ? [['team', team.yaml] as const] : []),
    ...[...workflows.values()].map(({ yaml }) => ['workflow', yaml] as const),
    ...[...skills.values()].map(({ yaml }) => ['skill', yaml] as const),
  ];
  for (const [kind, yaml] of files) {
    checkSecrets(yaml, env, findings);
    noteNotInForce(kind, yaml, findings);
  }
}

function parsed(read: ReadText, file: string, findings: Findings): YamlFile | undefined {
  if (!read.ok) {
    const missing = file === 'cowork.yaml' && read.problem.message === 'is missing';
    const message = 'is missing; a Cowork home begins with it ("cowork-ops init" writes one to start from)';
    findings.problems(missing ? { ...read.problem, message } : read.problem);
    return undefined;
  }
  const { yaml, problems } = parseYaml(file, read.text);
  findings.problems(...problems);
  return yaml;
}

interface Workflows {
  /** Also those whose file is broken: pointing at them is not dangling. */
  names: Set<string>;
  drafts: Map<string, Draft<WorkflowSpec>>;
}

const AT_ONCE = 16;

async function readWorkflows(root: string, findings: Findings): Promise<Workflows> {
  const found: Workflows = { names: new Set(), drafts: new Map() };
  const files = await workflowFiles(root, findings);
  for (let at = 0; at < files.length; at += AT_ONCE) {
    const some = files.slice(at, at + AT_ONCE);
    const reads = await Promise.all(some.map(async (file) => ({ file, read: await readHomeText(root, file) })));
    for (const { file, read } of reads) {
      const name = file.slice('workflows/'.length, -'.yaml'.length);
      found.names.add(name);
      const yaml = parsed(read, file, findings);
      if (yaml) found.drafts.set(name, draftWorkflow(yaml, findings));
    }
  }
  return found;
}

async function workflowFiles(root: string, findings: Findings): Promise<string[]> {
  const files: string[] = [];
  for (const entry of await entriesOf(root, 'workflows', findings)) {
    const file = `workflows/${entry.name}`;
    // Drafts and swap files of editors.
    if (entry.name.startsWith('.') || entry.name.endsWith('~')) continue;
    if (entry.isDirectory())
      findings.fileWarning(file, 'is a folder and is not read; workflow files lie directly in workflows/');
    else if (entry.name.endsWith('.yaml')) files.push(file);
    else if (entry.name.endsWith('.yml'))
      findings.fileProblem(file, `is not read under this name; call it ${entry.name.slice(0, -4)}.yaml`);
  }
  return files;
}

async function entriesOf(root: string, folder: string, findings: Findings): Promise<Dirent[]> {
  try {
    const entries = await readdir(join(root, folder), { withFileTypes: true });
    return entries.sort((a, b) => (a.name < b.name ? -1 : 1));
  } catch (error) {
    if (systemCode(error) !== 'ENOENT')
      findings.problems(fileProblem(folder, `cannot be read (${systemCode(error) ?? messageOf(error)})`));
    return [];
  }
}

function knownNames(
  team: Draft<Team> | undefined,
  workflows: Set<string>,
  skills: ReadonlyMap<string, SkillEntry>,
): Known {
  const written = (key: 'people' | 'groups' | 'channels') =>
    team?.parts[key] === undefined ? undefined : writtenKeys(team.yaml.data, key);
  return {
    people: written('people'),
    groups: written('groups'),
    channels: written('channels'),
    rota: !team || childOf(team.yaml.data, 'on_call') !== undefined,
    workflows,
    skills: new Set(skills.keys()),
  };
}
