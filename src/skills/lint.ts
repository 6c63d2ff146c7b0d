import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { homePath } from '../values/scalars.ts';
import { childOf, listAt } from '../workflows/files/schema-walk.ts';
import { hint, listed, quoted } from '../workflows/files/wording.ts';
import { type Draft, writtenKeys } from '../workflows/rules/draft.ts';
import { type Findings, namesNo } from '../workflows/rules/findings.ts';
import { closedFolder, closedWords } from '../workflows/rules/inputs.ts';
import { type Known, wantPerson } from '../workflows/rules/names.ts';
import type { SkillEntry } from './index.ts';
import { type SkillSpec, skillBase } from './spec.ts';

const READ_WORDS = ['inputs', 'steps', 'out'];
const SCRIPT = /^[^-/].*\.(mjs|cjs|js|mts|cts|ts|py|sh|rb|pl)$/;

/** The rules of one skill's spec that no single key shows. */
export function lintSkill(root: string, entry: SkillEntry, known: Known, findings: Findings): void {
  if (!entry.draft) return;
  const { yaml, spec, parts } = entry.draft;
  if (spec.skill !== undefined && spec.skill !== entry.name)
    findings.problem(
      yaml,
      ['skill'],
      `skill must be the same as the folder's name, ${entry.name}; you wrote ${quoted(spec.skill)}`,
    );
  wantPerson(known, findings, yaml, ['owner'], spec.owner);
  wantPerson(known, findings, yaml, ['signed_off', 'by'], parts.signed_off?.by);
  lintRunner(entry, entry.draft, findings);
  lintReads(root, entry.draft, findings);
  for (const name of writtenKeys(childOf(yaml.data, 'access'), 'secrets'))
    if (isOurs(name))
      findings.problem(
        yaml,
        ['access', 'secrets', name],
        `${name} is set by the product for every skill; choose another name`,
        'key',
      );
  const bases = new Set([...known.skills].map(skillBase));
  for (const base of Object.keys(parts.accepts ?? {}))
    if (!bases.has(base))
      findings.warn(
        yaml,
        ['accepts', base],
        namesNo(['accepts', base], base, 'skill', 'skills without their version', bases),
        'key',
      );
}

function lintRunner({ files }: SkillEntry, { yaml, parts }: Draft<SkillSpec>, findings: Findings): void {
  const { runner } = parts;
  if (runner?.kind === undefined) return;
  if (runner.kind !== 'command') {
    findings.problem(
      yaml,
      ['runner', 'kind'],
      `the runner kind ${runner.kind} is not built yet and is refused; allowed: command`,
    );
    return;
  }
  // Other words may be anything; one that looks like a script and is not there can only fail, at night.
  for (const [index, word] of (runner.run ?? []).entries()) {
    if (word === undefined) continue;
    const file = word.replace(/^\.\//, '');
    if (!SCRIPT.test(file) || files.size === 0 || files.has(file)) continue;
    findings.problem(
      yaml,
      ['runner', 'run', index],
      `${quoted(word)} is no file of this skill; files: ${listed(files)}${hint(file, files)}`,
    );
  }
}

function lintReads(root: string, { yaml }: Draft<SkillSpec>, findings: Findings): void {
  for (const [index, path] of listAt(childOf(yaml.data, 'access'), 'read').entries()) {
    if (typeof path !== 'string' || !homePath.safeParse(path).success || READ_WORDS.includes(path)) continue;
    const at = ['access', 'read', index];
    const closed = closedFolder(path);
    if (closed) findings.problem(yaml, at, closedWords('access.read', closed));
    else if (/^[\w-]+$/.test(path) && !existsSync(join(root, path)))
      findings.problem(
        yaml,
        at,
        `access.read allows inputs, steps, out or paths of the home; ${quoted(path)} is neither${hint(path, READ_WORDS)}`,
      );
  }
}

const OURS = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'NODE_OPTIONS'];

// A secret of such a name would change what the fence and the contract promise.
const isOurs = (name: string): boolean => OURS.includes(name) || /^(COWORK_|LD_|DYLD_)/.test(name);
