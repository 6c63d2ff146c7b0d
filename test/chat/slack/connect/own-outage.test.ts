import { expect, test } from 'vitest';
import { OwnOutage } from '#src/chat/connect/own-outage.ts';

const at = (seconds: number) => new Date(Date.UTC(2026, 10, 23, 9, 0, seconds));

test('silent is who is so now, as long as each look comes in time', () => {
  const outage = new OwnOutage();
  for (const seconds of [0, 3, 6, 20]) {
    expect(outage.asOf(at(seconds))).toEqual(at(seconds));
    outage.looked(at(seconds));
  }
});

test('after an outage of one’s own silent is who was so before it, until everybody could be heard again', () => {
  const outage = new OwnOutage();
  outage.asOf(at(0));
  outage.looked(at(0));
  // Looks that fail while the database is away do not count.
  outage.asOf(at(3));
  for (const seconds of [70, 73, 76, 79, 82]) {
    expect(outage.asOf(at(seconds))).toEqual(at(0));
    outage.looked(at(seconds));
  }
  expect(outage.asOf(at(85))).toEqual(at(85));
});
