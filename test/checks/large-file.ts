// Run by large-file.test.ts in a process of its own with a small heap: writes a CSV of some 30 MB and one of a million rows, and checks them.
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { runChecks } from '../../src/runs/validation.ts';
import { checkKinds, workflowFile } from '../../src/workflows/definition.ts';

const folder = process.argv[2] ?? '';
const outputs = join(folder, 'outputs');
/** Of some 600 bytes each. */
const ROWS = 50_000;
/** More than are held in memory. */
const IDS = 1_010_000;

async function write(name: string, header: string, count: number, row: (index: number) => string): Promise<void> {
  const file = createWriteStream(join(outputs, name));
  file.write(`${header}\n`);
  for (let from = 0; from < count; from += 10_000) {
    const rows = Array.from({ length: 10_000 }, (_, index) => row(from + index));
    if (!file.write(`${rows.join('\n')}\n`)) await once(file, 'drain');
  }
  file.end();
  await once(file, 'close');
}

await mkdir(outputs);
const note = `a note, quoted, ${'of some length '.repeat(38)}`;
await write('rows.csv', 'id,amount,day,note', ROWS, (index) => {
  const words = index === ROWS - 1 ? 'the last, doubled' : note;
  return `${index},0.01,2026-11-22,"${words}"`;
});
// The very last row repeats an id that is long spilled to disk.
await write('ids.csv', 'id', IDS, (index) => String(index === IDS - 1 ? 5 : index));
const file = 'rows.csv';
const checks = [
  { kind: 'sum_matches', file, column: 'amount', source: { file: 'rows.csv', column: 'amount' } },
  { kind: 'column', file: 'ids.csv', column: 'id', unique: true, not_null: true, min: 0 },
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
  outputsDir: outputs,
  stepsDir: join(folder, 'steps'),
  inputs: {},
  degraded: [],
  startedAt: new Date('2026-11-23T05:00:00Z'),
  baseline: { rows: async () => null },
  commandRunner: async () => ({ exit: 0, text: '' }),
  signal: new AbortController().signal,
});
process.stdout.write(JSON.stringify(validation));
