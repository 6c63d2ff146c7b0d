import { expect, test } from 'vitest';
import { chartPng } from '#src/chat/chart-png.ts';
import type { Chart } from '#src/message/view.ts';

const chart = (label: string): Chart => ({
  part: 'chart',
  title: 'Net',
  kind: 'line',
  unit: 'EUR',
  labels: [label, 'November'],
  series: [{ name: 'net', values: [3041.5, null] }],
});
const SIZE = { width: 320, height: 160 };

test('a chart becomes a picture of twice its size, the same each time, in letters of our own', async () => {
  const [one, same, other] = await Promise.all(
    ['October', 'October', 'Größe'].map((label) => chartPng(chart(label), SIZE)),
  );
  expect(one?.subarray(1, 4).toString()).toBe('PNG');
  expect([one?.readUInt32BE(16), one?.readUInt32BE(20)]).toEqual([640, 320]);
  expect(same?.equals(one ?? Buffer.of())).toBe(true);
  // Without a font no label would be there to differ.
  expect(other?.equals(one ?? Buffer.of())).toBe(false);
});

test('text in a chart is data', async () => {
  const picture = await chartPng(chart('<image href="file:///etc/passwd"/>&amp;\u0000'), SIZE);
  expect(picture.subarray(1, 4).toString()).toBe('PNG');
});
