// Run by large-file.test.ts in a process of its own with a small heap: writes a CSV of some 60 MB and checks it.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runChecks } from '../../src/runs/validation.ts';
import { checkKinds, workflowFile } from '../../src/workflows/definition.ts';

const folder = process.argv[2] ?? '';
const ROWS = 1_200_000;

const writeRows = async (): Promise<void> => {
  await mkdir(join(folder, 'outputs'));
  const file = createWriteStream(join(folder, 'outputs', 'rows.csv'));
  file.write('id,amount,day,note\n');
  for (let from = 0; from < ROWS; from += 10_000) {
    const rows = Array.from(
      { length: 10_000 },
      (_, index) => `${from + index},0.01,2026-11-22,"a note, quoted, of some length"`,
    );
    // The very last row repeats an id that is long spilled to disk.
    if (from + 10_000 === ROWS) rows[9999] = '5,0.01,2026-11-22,"the last, doubled"';
    if (!file.write(`${rows.join('\n')}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
};

await writeRows();
const file = 'rows.csv';
const checks = [
  { kind: 'sum_matches', file, column: 'amount', source: { file: 'rows.csv', column: 'amount' } },
  { kind: 'column', file, column: 'id', unique: true, not_null: true, min: 0 },
  { kind: 'banned_patterns', files: ['*'], patterns: ['last, doubled"\\n', 'TBD'] },
  { kind: 'no_pii', files: ['*'] },
].map((check, index) => checkKinds.parse({ name: `check_${index}`, ...check }));
const spec = workflowFile.parse({
  workflow: 'large',
  title: 'Large',
  outcome: 'Rows.',
  owner: 'maya',
  steps: [{ id: 'a', skill: 'a-v1' }],
  review: { approvers: ['jon'] },
});
const validation = await runChecks({
  runId: 'large',
  workflow: { spec: { ...spec, checks }, schemas: {} },
  dataClass: 'internal',
  outputsDir: join(folder, 'outputs'),
  stepsDir: join(folder, 'steps'),
  inputs: {},
  degraded: [],
  startedAt: new Date('2026-11-23T05:00:00Z'),
  baseline: { rows: async () => null },
  commandRunner: async () => ({ exit: 0, text: '' }),
  signal: new AbortController().signal,
});
process.stdout.write(JSON.stringify(validation));
