import { expect, test, vi } from 'vitest';
import { silentLog } from '#src/log.ts';
import { SignalHub } from '#src/store/signals.ts';

/** A hub with what it told its own listeners and what it sent to other processes. */
function hubWith() {
  const heard: (string | null)[] = [];
  const sent: unknown[][] = [];
  const hub = new SignalHub(async (_text, values) => void sent.push(values), silentLog);
  hub.listen('cowork_outbox', (payload) => heard.push(payload));
  return { hub, heard, sent };
}

test('the first signal goes out at once, and all that follow on its heels as one', async () => {
  const { hub, heard, sent } = hubWith();
  for (let n = 0; n < 20; n += 1) hub.send('cowork_outbox', '');
  expect(heard).toEqual(['']);
  await vi.waitUntil(() => heard.length === 2, { timeout: 20_000, interval: 10 });
  expect(sent).toEqual([
    ['cowork_outbox', ''],
    ['cowork_outbox', ''],
  ]);
  // One that comes after the second is not lost either, and another payload does not wait for this one.
  hub.send('cowork_outbox', '');
  hub.send('cowork_outbox', 'slack:C0OPS');
  await vi.waitUntil(() => heard.length === 4, { timeout: 20_000, interval: 10 });
  expect(heard.filter((one) => one === 'slack:C0OPS')).toHaveLength(1);
  await hub.stop();
});

test('a hub that stops sends what still waits, and resolves when all has been sent', async () => {
  const under: PromiseWithResolvers<void>[] = [];
  const hub = new SignalHub(() => {
    const one = Promise.withResolvers<void>();
    under.push(one);
    return one.promise;
  }, silentLog);
  hub.send('cowork_jobs', 'execute');
  hub.send('cowork_jobs', 'execute');
  let stopped = false;
  const stop = hub.stop().then(() => {
    stopped = true;
  });
  expect(under).toHaveLength(2);
  under[1]?.resolve();
  await new Promise((resolve) => setImmediate(resolve));
  expect(stopped).toBe(false);
  under[0]?.resolve();
  await stop;
  hub.send('cowork_jobs', 'execute');
  expect(under).toHaveLength(2);
});
