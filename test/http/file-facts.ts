import type { ReviewView } from '#src/http/pages/review.ts';
import { hash } from './facts.ts';

/** One of every kind of preview, and files of which nothing is shown. */
export const OUTPUTS: ReviewView['outputs'] = [
  {
    path: 'brief.md',
    bytes: 120,
    sha256: hash('1'),
    changed: null,
    preview: {
      kind: 'markdown',
      text: '# Brief\n\n<script>alert(1)</script> **zero\u200bwidth** [click](https://evil.example/x) [here](javascript:alert(1))\n\n![chart](data/chart.png) ![far](https://evil.example/p.png)\n\n| a | b |\n| - | -: |\n| 1 | 2 |\n',
      cut: true,
      remark: null,
    },
  },
  {
    path: 'data/chart.png',
    bytes: 2000,
    sha256: hash('2'),
    changed: 'This file was changed after it was staged: it is not the one in the record.',
    preview: { kind: 'picture', type: 'image/png', width: 600, height: 220 },
  },
  {
    path: 'data/rows.csv',
    bytes: 80_000_000,
    sha256: hash('3'),
    changed: null,
    preview: {
      kind: 'table',
      header: ['id', 'name <b>'],
      rows: [
        ['1', '=HYPERLINK("x")\u202e'],
        ['2', 'שלום'],
      ],
      moreColumns: 1,
      cut: true,
      remark: null,
    },
  },
  {
    path: 'metrics.json',
    bytes: 40,
    sha256: hash('4'),
    changed: null,
    preview: { kind: 'json', text: '{\n  "revenue": 1204331.10\n}', cut: false, remark: null },
  },
  {
    path: 'data/page.html',
    bytes: 400,
    sha256: hash('5'),
    changed: null,
    preview: {
      kind: 'text',
      text: '<script>alert(1)</script>',
      cut: false,
      remark: 'Shown as its source; a page or drawing is never run here.',
    },
  },
  {
    path: 'data/chart \u202egnp.exe',
    bytes: 2_147_483_648,
    sha256: hash('6'),
    changed: null,
    preview: { kind: 'none', why: 'No preview: this file is not text. Download it to look.' },
  },
  { path: 'far-down.md', bytes: 12, sha256: hash('7'), changed: null, preview: null },
];

const side = (digit: string) => ({ bytes: 120, sha256: hash(digit) });

/** Every way in which a file can differ. */
export const CHANGES: ReviewView['changes'] = {
  last: { at: 'Mon 16 Nov 09:05', runId: 'monday-brief-20261116T0500Z-aaaa' },
  runId: 'monday-brief-20261123T0500Z-7k3q',
  contents: true,
  showAt: null,
  files: [
    {
      path: 'brief.md',
      how: 'changed',
      before: side('0'),
      after: side('1'),
      detail: {
        kind: 'lines',
        added: 1,
        removed: 1,
        left: 3,
        remark: 'The last line now has no line end.',
        hunks: [
          {
            before: 3,
            after: 3,
            lines: [
              { how: 'same', text: '# Brief <b>' },
              {
                how: 'removed',
                text: 'Revenue 1\u200b',
                pieces: [
                  { text: 'Revenue ', changed: false },
                  { text: '1\u200b', changed: true },
                ],
              },
              {
                how: 'added',
                text: 'Revenue 2',
                pieces: [
                  { text: 'Revenue ', changed: false },
                  { text: '2', changed: true },
                ],
              },
            ],
          },
        ],
      },
    },
    {
      path: 'data/rows.csv',
      how: 'changed',
      before: side('0'),
      after: side('3'),
      detail: {
        kind: 'rows',
        header: ['id', 'sum <i>'],
        columnsAdded: ['sum <i>'],
        columnsRemoved: ['old'],
        key: 'id',
        counts: { added: 1, removed: 1, changed: 1, same: 1200 },
        left: 2,
        changes: [
          { how: 'changed', cells: ['1', '20'], was: { 1: '' } },
          { how: 'added', cells: ['2', '30'], was: {} },
          { how: 'removed', cells: ['3', '40'], was: {} },
        ],
      },
    },
    {
      path: 'metrics.json',
      how: 'changed',
      before: side('0'),
      after: side('4'),
      detail: {
        kind: 'values',
        counts: { added: 1, removed: 0, changed: 1, same: 4 },
        left: 0,
        changes: [
          { how: 'changed', path: 'revenue', was: '1180002.00', is: '1204331.10' },
          { how: 'added', path: 'rows[0]["<b>"]', was: null, is: 'null' },
        ],
      },
    },
    {
      path: 'data/chart.png',
      how: 'changed',
      before: side('0'),
      after: side('2'),
      detail: { kind: 'pictures', before: { width: 600, height: 200 }, after: { width: 600, height: 220 } },
    },
    {
      path: 'data/chart \u202egnp.exe',
      how: 'changed',
      before: side('0'),
      after: side('6'),
      detail: {
        kind: 'none',
        why: 'Of this file the contents are not UTF-8 text, so its size and hash are compared only.',
      },
    },
    { path: 'new.md', how: 'added', before: null, after: side('8'), detail: null },
    { path: 'gone.md', how: 'removed', before: side('9'), after: null, detail: null },
    { path: 'same.md', how: 'unchanged', before: side('7'), after: side('7'), detail: null },
  ],
};
