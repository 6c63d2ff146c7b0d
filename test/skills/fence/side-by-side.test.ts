import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { probeFence } from '#src/skills/fence/probe.ts';
import { Host } from './attempt.ts';

test('a skill with many processes does not starve another one beside it', async () => {
  const report = await probeFence();
  await using host = await Host.make();
  const cancel = new AbortController();
  // The kernel counts processes per user: within its own limit, yet over the smaller one of its neighbour.
  const greedy = host.try(report, {
    run: ['/bin/sh', 'x.sh'],
    files: { 'x.sh': 'for n in $(seq 620); do sleep 60 & done; wait' },
    limits: { processes: 700 },
    request: { signal: cancel.signal },
  });
  await sleep(1500);
  const { outcome, log } = await host.try(report, {
    run: ['/bin/sh', 'x.sh'],
    files: { 'x.sh': 'for n in $(seq 20); do sleep 0.01 & wait; done; echo done > "$COWORK_OUT/done.txt"' },
    limits: { processes: 4 },
  });
  cancel.abort();
  expect(outcome, log).toMatchObject({ state: 'ok', files: [{ path: 'done.txt' }] });
  expect((await greedy).outcome).toMatchObject({ state: 'cancelled' });
});
