import { expect, test } from 'vitest';
import { previewHtml } from '#src/http/pages/preview.ts';

const draw = async (header: string[], rows: string[][]) =>
  String(
    await previewHtml(
      'a.csv',
      { kind: 'table', header, rows, moreColumns: 0, cut: false, remark: null },
      { own: [], src: '' },
    ),
  );

test('a header stands over its numbers, and over words as they do', async () => {
  const html = await draw(
    ['Day', 'MW', 'Note'],
    [
      ['2012-01-01', '3.5', 'wind'],
      ['2012-01-02', '', '7'],
    ],
  );
  expect(html).toContain('<th scope="col" class="number"><bdi>MW</bdi></th>');
  expect(html).toContain('<th scope="col"><bdi>Day</bdi></th>');
  expect(html).toContain('<th scope="col"><bdi>Note</bdi></th>');
});

test('a date or a name is not broken at its hyphen, a long text may be', async () => {
  const html = await draw(['Day'], [['2012-01-01'], [`x-${'y'.repeat(40)}`], ['two words']]);
  expect(html).toContain('<td class="whole"><bdi>2012-01-01</bdi></td>');
  expect(html).toContain('<td><bdi>x-yyy');
  expect(html).toContain('<td><bdi>two words');
});
