import { lstat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ground } from '../ground.ts';
import { listFiles } from '../runs/files-hash.ts';
import { inside } from '../runs/folders.ts';
import type { PinnedRun } from '../runs/ports.ts';
import type { Validation } from '../store/schema.ts';
import { isOutputName } from './intact.ts';
import { isFolder, locateRun } from './locate.ts';
import { count, markdownText as text } from './plain.ts';
import { quorumOf } from './rights.ts';
import { wantedTarget } from './target.ts';

/** An input as the brief speaks of it. */
interface BriefInput {
  name: string;
  status: 'ok' | 'missing' | 'stale' | 'failed';
  required: boolean;
  detail: string | null;
}
interface BriefFile {
  path: string;
  bytes: number;
}

/**
 * REVIEW_BRIEF.md of a run about to be reviewed (playbook, "Review queue"): what to check in 60 seconds, confidence and
 * flags, the checks, what was missing, and where it goes when approved. `run` carries summary, confidence, flags, key
 * numbers, validation and output hash. Foreign text is shown as the characters it is.
 */
export async function briefText(ground: Ground, pinned: PinnedRun, reasons: string[]): Promise<string> {
  const inputs = await ground.db
    .selectFrom('run_inputs')
    .select(['name', 'status', 'required', 'detail'])
    .where('run_id', '=', pinned.run.id)
    .orderBy('name')
    .execute();
  const { home } = await ground.homes.active();
  const folder = inside.outputs(await locateRun(home.root, pinned.run));
  const files: BriefFile[] = [];
  const paths = (await isFolder(folder)) ? (await listFiles(folder)).filter(isOutputName) : [];
  for (const path of paths) files.push({ path, bytes: (await lstat(join(folder, path))).size });
  return composeBrief(pinned, reasons, inputs, files);
}

const MOST_FILES = 50;

/** The text itself, from facts alone. */
export function composeBrief(
  { run, snapshot, workflow }: PinnedRun,
  reasons: string[],
  inputs: BriefInput[],
  files: BriefFile[],
): string {
  const { spec } = workflow;
  const target = wantedTarget(snapshot.home, workflow, run);
  const quorum = quorumOf(run.tier);
  return [
    `# Review — ${run.workflow} / ${run.id}`,
    '',
    `${text(spec.title)}. ${text(spec.outcome, 500)}`,
    '',
    'Here because:',
    ...list(reasons.length > 0 ? reasons : [`tier ${run.tier} needs approval`]),
    '',
    '## 60-second check',
    '',
    ...(spec.review.brief.length > 0 ? spec.review.brief : ['The outputs are what the outcome above says']).map(
      (item) => `- [ ] ${text(item)}`,
    ),
    ...keyNumbers(run.key_numbers),
    '',
    '## Confidence and flags',
    '',
    confidenceLine(run.confidence, spec.review.confidence_below),
    ...skillSays('Flags', run.flags),
    ...skillSays('Summary', run.summary ? [run.summary] : []),
    '',
    '## Validation',
    '',
    ...validationLines(run.validation),
    '',
    '## Completeness',
    '',
    ...completeness(inputs),
    '',
    '## Outputs',
    '',
    ...files.slice(0, MOST_FILES).map((file) => `- ${text(file.path)} (${count(file.bytes, 'byte')})`),
    ...(files.length > MOST_FILES ? [`- and ${files.length - MOST_FILES} more`] : []),
    '',
    '## When approved',
    '',
    `Exactly ${files.length === 1 ? 'this file goes' : `these ${files.length} files go`} to ${text(`${target}/`)} (${quorum === 1 ? 'one approval' : `${quorum} different people approve`}).`,
    '',
    `    ${run.output_hash ?? 'no output hash'}`,
    '',
  ].join('\n');
}

const list = (items: string[]) => items.map((item) => `- ${text(item, 500)}`);

const skillSays = (what: string, words: string[]): string[] =>
  words.length > 0 ? ['', `${what}, in the skill's words:`, '', ...words.map((word) => `> ${text(word, 2000)}  `)] : [];

const keyNumbers = (numbers: { label: string; value: string }[]): string[] =>
  skillSays(
    'Key numbers',
    numbers.map(({ label, value }) => `${label}: ${value}`),
  );

function confidenceLine(confidence: number | null, below: number | undefined): string {
  const wanted = below === undefined ? '' : ` (review below ${below})`;
  return confidence === null ? `No step reported a confidence${wanted}.` : `Confidence ${confidence}${wanted}.`;
}

function validationLines(validation: Validation | null): string[] {
  if (!validation || validation.checks.length === 0) return ['This workflow has no checks.'];
  const passed = validation.checks.filter((check) => check.result === 'PASS').length;
  const others = validation.checks.filter((check) => check.result !== 'PASS');
  return [
    `${validation.result}: ${passed} of ${count(validation.checks.length, 'check')} passed.`,
    ...(others.length > 0
      ? ['', ...list(others.map((check) => `${check.result} ${check.name}: ${check.message}`))]
      : []),
  ];
}

function completeness(inputs: BriefInput[]): string[] {
  const degraded = inputs.filter((input) => input.status !== 'ok');
  if (degraded.length === 0) return [inputs.length === 0 ? 'It takes no inputs.' : 'All inputs arrived.'];
  return degraded.map((input) => {
    const need = input.required ? 'required' : 'optional';
    const detail = input.detail ? `: ${text(input.detail)}` : '';
    return `- ${text(input.name)} unavailable (${input.status}, ${need})${detail}`;
  });
}
