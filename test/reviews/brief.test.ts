import { expect, test } from 'vitest';
import { composeBrief } from '#src/reviews/brief.ts';
import { markdownText, nameList, oneLine } from '#src/reviews/plain.ts';
import { homeOf, Stage, teamOf, workflowOf } from './stage.ts';

test('the brief says what to check, why it is here, what was missing, and where it goes', async () => {
  const workflow = workflowOf({
    review: {
      approvers: ['leads'],
      brief: ['Revenue equals the ledger', 'No section says unavailable'],
      confidence_below: 0.8,
    },
  });
  await using stage = await Stage.open({ workflow });
  const row = await stage.ended();
  const run = {
    ...row,
    confidence: 0.72,
    summary: 'Revenue up 3 %.\nSee <b>below</b>',
    flags: ['CRM [missing](http://evil.example)'],
    key_numbers: [{ label: 'Revenue', value: '1,204,331 EUR' }],
    validation: {
      run_id: row.id,
      result: 'WARN' as const,
      checks: [
        {
          name: 'rows',
          kind: 'row_count_delta',
          level: 'warn' as const,
          result: 'WARN' as const,
          expected: 0.2,
          actual: 0.23,
          message: '23 % more rows',
          ms: 1,
        },
        {
          name: 'files',
          kind: 'required_files',
          level: 'fail' as const,
          result: 'PASS' as const,
          expected: [],
          actual: [],
          message: 'there',
          ms: 1,
        },
      ],
    },
  };
  const snapshot = { id: 1, home: homeOf('/home', teamOf(), workflow) };
  const inputs = [
    { name: 'crm', status: 'missing' as const, required: false, detail: 'no file matches' },
    { name: 'ledger', status: 'ok' as const, required: true, detail: null },
  ];
  const text = composeBrief({ run, snapshot, workflow }, ['confidence 0.72 is under 0.80'], inputs, [
    { path: 'brief.md', bytes: 10 },
  ]);
  expect(text).toBe(`# Review — brief / ${row.id}

Monday brief. One page.

Here because:
- confidence 0.72 is under 0.80

## 60-second check

- [ ] Revenue equals the ledger
- [ ] No section says unavailable

Key numbers, in the skill's words:

> Revenue: 1,204,331 EUR  

## Confidence and flags

Confidence 0.72 (review below 0.8).

Flags, in the skill's words:

> CRM \\[missing\\](http\\://evil.example)  

Summary, in the skill's words:

> Revenue up 3 %. See &lt;b&gt;below&lt;/b&gt;  

## Validation

WARN: 1 of 2 checks passed.

- WARN rows: 23 % more rows

## Completeness

- crm unavailable (missing, optional): no file matches

## Outputs

- brief.md (10 bytes)

## When approved

Exactly this file goes to production/reports/2026-11-23/ (one approval).

    ${row.output_hash}
`);
});

test('foreign text stays text', () => {
  expect(oneLine('a\u202egnp.exe\u0000\n\nb')).toBe('a gnp.exe b');
  expect(oneLine('x'.repeat(10), 5)).toBe('xxxx…');
  expect(markdownText('# head')).toBe('\\# head');
  expect(markdownText('- item')).toBe('\\- item');
  expect(markdownText('1. one')).toBe('1\\. one');
  expect(markdownText('12) twelve')).toBe('12\\) twelve');
  expect(markdownText('`a` *b* _c_ <i> &amp; ![x](y) www.evil.example @maya')).toBe(
    '\\`a\\` \\*b\\* \\_c\\_ &lt;i&gt; &amp;amp; !\\[x\\](y) www\\.evil.example \\@maya',
  );
  expect(nameList(['a', 'b', 'c', 'd'])).toBe('a, b and 2 more');
  expect(nameList(['a\nb'])).toBe('a b');
});
