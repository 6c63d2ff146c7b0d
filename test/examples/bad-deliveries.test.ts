import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { bundledInputs, runWorkflow } from './run-steps.ts';

const folder = mkdtempSync(join(tmpdir(), 'deliveries-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** The bundled delivery of an input, spoilt. */
function spoilt(workflow: string, input: string, spoil: (lines: string[]) => string[]): Record<string, string> {
  const lines = readFileSync(bundledInputs(workflow)[input] ?? '', 'utf8')
    .trimEnd()
    .split(/\r?\n/);
  const path = join(folder, `${workflow}.csv`);
  writeFileSync(path, `${spoil(lines).join('\n')}\n`);
  return { [input]: path };
}

const swapped = (at: number, from: string | RegExp, to: string) => (lines: string[]) =>
  lines.with(at, (lines[at] ?? '').replace(from, to));

const CASES: [string, string, string, (lines: string[]) => string[], string][] = [
  [
    'a column is gone',
    'energy-mix',
    'generation',
    swapped(0, 'net_generation', 'generation'),
    'column net_generation is gone',
  ],
  [
    'a row comes twice',
    'energy-mix',
    'generation',
    (lines) => [...lines, lines.at(-1) ?? ''],
    'Renewables 2017 comes twice',
  ],
  [
    'a year has no nuclear',
    'energy-mix',
    'generation',
    (lines) => lines.toSpliced(20, 1),
    'Nuclear Energy 2003 is missing',
  ],
  [
    'a source is new',
    'energy-mix',
    'generation',
    swapped(3, 'Fossil Fuels', 'Fusion'),
    'row 3: unknown source "Fusion"',
  ],
  ['a row is cut', 'energy-mix', 'generation', swapped(51, /,\d+$/, ''), 'row 51 has 2 fields, the header 3'],
  [
    'a quote never ends',
    'energy-mix',
    'generation',
    swapped(5, 'Fossil', '"Fossil'),
    'the CSV is malformed after record 5',
  ],
  [
    'a year is missing',
    'global-temperature',
    'anomalies',
    (lines) => lines.toSpliced(50, 1),
    '1930 does not follow 1928',
  ],
  [
    'a number is a word',
    'global-temperature',
    'anomalies',
    swapped(1, '-0.17', 'n/a'),
    '1880: "n/a" is not a number with at most 2 decimals',
  ],
  [
    'a month is missing',
    'employment-brief',
    'payrolls',
    (lines) => lines.toSpliced(10, 1),
    '2006-11-01 does not follow 2006-09-01',
  ],
  [
    'a low is above its high',
    'two-cities-weather',
    'seattle',
    swapped(1, '12.8,5.0', '5.0,12.8'),
    'Seattle 2012-01-01: the low is above the high',
  ],
  [
    'a month is none',
    'industry-unemployment',
    'delivery',
    swapped(1, '2000-01', '2000-13'),
    'Government 2000-13: not a month',
  ],
  ['a code is none', 'airport-traffic', 'routes', swapped(2, 'ABE', 'abe'), 'row 2: "abe" is not an airport code'],
];

describe('a delivery that changed stops the run with what and where', () => {
  it.each(CASES)('%s (%s)', async (_, workflow, input, spoil, message) => {
    using run = await runWorkflow(workflow, { inputs: spoilt(workflow, input, spoil) });
    expect(run.last.result.error).toEqual({ class: 'SourceChanged', message });
    expect(run.last.exit).toBe(1);
    expect(run.last.stderr).toBe(`SourceChanged: ${message}\n`);
    expect(run.last.files).toEqual([]);
  });
});

it('sums that do not hold lower the confidence and are flagged, not hidden', async () => {
  const inputs = spoilt('employment-brief', 'payrolls', swapped(60, /,(\d+),(-?\d+)$/, ',1$1,$2'));
  using run = await runWorkflow('employment-brief', { inputs });
  const reconciled = run.step('reconcile').result;
  expect(reconciled.confidence).toBe(0.9979);
  expect(reconciled.flags).toEqual(['2 sums of the delivery do not hold']);
  expect(run.last.read('brief.md')).toContain('more than rounding explains');
});
