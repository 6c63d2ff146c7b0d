import { RE2JS } from 're2js';
import { type CheckSpec, checkKinds, type WorkflowSpec } from '../definition.ts';
import type { Parts } from '../files/parts.ts';
import { listAt } from '../files/schema-walk.ts';
import { hint, listed, type Path, pathText, quoted } from '../files/wording.ts';
import type { Draft } from './draft.ts';
import { writtenKeys } from './draft.ts';
import { noneOf } from './findings.ts';
import { inputsOf } from './inputs.ts';
import type { Reading } from './reading.ts';
import { stepIds } from './steps.ts';

type Checks = [number, Parts<CheckSpec>][];

/** The checks of a workflow, as far as they hold by themselves, with their index. */
export const checksOf = ({ parts }: Draft<WorkflowSpec>): Checks =>
  [...(parts.checks ?? []).entries()].flatMap(([index, check]): Checks => (check ? [[index, check]] : []));

/** Says what is wrong with one key of the check at hand. */
type Say = (keys: Path, message: string) => void;

/** Checks: own names, steps and inputs that exist, keys that go together, scripts that lie in `checks/`. */
export function checkChecks(reading: Reading, workflow: Draft<WorkflowSpec>): void {
  const { yaml } = workflow;
  const ids = stepIds(workflow);
  const seen = new Set<string>();
  const written = listAt(yaml.data, 'checks');
  for (const [index, check] of checksOf(workflow)) {
    const say: Say = (keys, message) => {
      const path = ['checks', index, ...keys];
      reading.findings.problem(yaml, path, `${pathText(path)} ${message}`);
    };
    if (check.name !== undefined && seen.has(check.name))
      say(['name'], `${quoted(check.name)} is the name of an earlier check too; each needs its own`);
    if (check.name !== undefined) seen.add(check.name);
    checkFiles(check, ids, say);
    if (check.kind === 'sum_matches' && check.source) checkSource(check.source, workflow, ids, say);
    if (check.kind === 'command' && check.run) checkScript(check.run, reading.kit, say);
    checkNumbers(check, say);
    // Whether a key is missing can be told only where none was left out for its own fault.
    const whole = checkKinds.safeParse(written[index]);
    if (whole.success) checkKeys(whole.data, say);
  }
}

function checkFiles(check: Parts<CheckSpec>, ids: ReadonlySet<string> | undefined, say: Say): void {
  if ('file' in check && check.file !== undefined) wantStepFile(['file'], check.file, ids, say);
  if ('files' in check)
    for (const [index, file] of (check.files ?? []).entries())
      if (file !== undefined) wantStepFile(['files', index], file, ids, say);
  if (check.kind === 'numbers_agree' && check.source?.file !== undefined)
    wantStepFile(['source', 'file'], check.source.file, ids, say);
}

// A path below steps/ names a step in its second part; what follows is only known once it has run.
function wantStepFile(keys: Path, file: string, ids: ReadonlySet<string> | undefined, say: Say): void {
  const [first, id = ''] = file.split('/');
  if (!ids || first !== 'steps' || /[*?[{(!]/.test(id) || ids.has(id)) return;
  say(keys, noneOf(id, 'step', 'steps of this workflow', ids));
}

function checkKeys(check: CheckSpec, say: Say): void {
  if (check.kind === 'row_count') {
    if (check.min === undefined && check.max === undefined) say([], '(row_count) needs min, max or both');
  } else if (check.kind === 'column') {
    const { not_null, unique, min, max, pattern, in: allowed } = check;
    if ([not_null, unique, min, max, pattern, allowed].every((rule) => rule === undefined))
      say([], '(column) needs at least one of not_null, unique, min, max, pattern, in');
  } else if (check.kind === 'fresh') {
    wantOne([], check, say);
  } else if (check.kind === 'sum_matches') {
    wantOne([], check, say);
    wantOne(['source'], check.source, say);
    const { input, file } = check.source;
    if ((input === undefined) === (file === undefined))
      say(['source'], input === undefined ? 'needs input or file' : 'has both input and file; keep one');
  }
}

function checkNumbers(check: Parts<CheckSpec>, say: Say): void {
  if (check.kind === 'row_count') wantOrder(check.min, check.max, say);
  if (check.kind === 'column') {
    const { min, max } = check;
    if (typeof min === 'number' && typeof max === 'number') wantOrder(min, max, say);
  }
  if (check.kind === 'numbers_agree' && check.pattern !== undefined) {
    const groups = RE2JS.compile(check.pattern).groupCount();
    if (groups !== 1) say(['pattern'], `must have one capture group around the number; it has ${groups}`);
  }
}

const wantOrder = (min: number | undefined, max: number | undefined, say: Say): void => {
  if (min !== undefined && max !== undefined && min > max)
    say(['max'], `must be at least min (${min}); you wrote ${max}`);
};

function wantOne(keys: Path, place: { column?: string | undefined; pointer?: string | undefined }, say: Say): void {
  if (place.column === undefined && place.pointer === undefined)
    say(keys, 'needs column (of a CSV) or pointer (into JSON, for example /totals/revenue)');
  if (place.column !== undefined && place.pointer !== undefined) say(keys, 'has both column and pointer; keep one');
  if (place.pointer !== undefined && place.pointer !== '' && !place.pointer.startsWith('/'))
    say([...keys, 'pointer'], `must be a JSON pointer such as /totals/revenue; you wrote ${quoted(place.pointer)}`);
}

function checkSource(
  source: { input?: string | undefined; file?: string | undefined },
  workflow: Draft<WorkflowSpec>,
  ids: ReadonlySet<string> | undefined,
  say: Say,
): void {
  if (source.file !== undefined) wantStepFile(['source', 'file'], source.file, ids, say);
  if (source.input === undefined || workflow.parts.inputs === undefined) return;
  const names = writtenKeys(workflow.yaml.data, 'inputs');
  const input = inputsOf(workflow).find(([name]) => name === source.input)?.[1];
  if (!names.has(source.input))
    say(['source', 'input'], noneOf(source.input, 'input', 'inputs of this workflow', names));
  else if (input && 'text' in input)
    say(['source', 'input'], `is ${source.input}, a text that a person gives; it has no column to sum`);
}

function checkScript(run: readonly (string | undefined)[], kit: ReadonlySet<string>, say: Say): void {
  // A word that does not hold may have been the script.
  if (run.length === 0 || run.includes(undefined)) return;
  const plain = run.map((word = '') => word.replace(/^\.\//, ''));
  if (plain.some((word) => kit.has(word))) return;
  const script = plain.find((word, index) => index > 0 && !word.startsWith('-')) ?? plain[0] ?? '';
  say(['run'], `names no file in checks/; files there: ${listed([...kit].sort())}${hint(script, kit)}`);
}
