import fc from 'fast-check';
import { expect, test } from 'vitest';
import { silentLog } from '#src/log.ts';
import { openStore } from '#src/store/open.ts';
import { type Slot, Slots } from '#src/store/slots.ts';
import { freshDatabase } from '#test/setup/store.ts';
import { enqueue, startWorker, states, until } from './work.ts';

const never = new AbortController().signal;

test('a job that waits lets another be done meanwhile, and comes before those that are not begun', async () => {
  const fresh = await freshDatabase();
  const store = await openStore({ databaseUrl: fresh.url, data: '/nowhere', log: silentLog });
  const seen: string[] = [];
  const comes = Promise.withResolvers<void>();
  const execute = async ({ run_id }: { run_id: string }, signal: AbortSignal, slot: Slot) => {
    seen.push(`${run_id} begins`);
    if (run_id === 'waits') {
      expect(slot.rest()).toBe(true);
      await comes.promise;
      await slot.goOn(signal);
    } else if (run_id === 'b') {
      comes.resolve();
      // Long enough for the one that waited to ask for its place again.
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    seen.push(`${run_id} ends`);
  };
  const worker = await startWorker(store, { execute }, { slots: { execute: 1 } });
  await enqueue(store, worker.engine, 'execute', ...['waits', 'b', 'c'].map((run_id) => ({ run_id })));
  await until(async () => (await states(worker.engine, 'execute')).every((state) => state === 'completed'));
  await worker.stop();
  await store.close();
  await fresh.drop();
  expect(seen).toEqual(['waits begins', 'b begins', 'b ends', 'waits ends', 'c begins', 'c ends']);
});

test('whatever begins, rests, goes on and ends: never more than the places at work, and nobody waits in vain', () =>
  fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 1, max: 3 }),
      fc.array(fc.tuple(fc.constantFrom('begin', 'rest', 'goOn', 'end'), fc.nat(20)), { maxLength: 60 }),
      async (most, steps) => {
        const slots = new Slots({ most, mostResting: 4, onFree: () => {} });
        const jobs: { slot: Slot; is: 'held' | 'resting' | 'asking' }[] = [];
        const held = () => jobs.filter((job) => job.is === 'held').length;
        for (const [step, n] of steps) {
          const job = jobs[n % Math.max(jobs.length, 1)];
          if (step === 'begin' && slots.free > 0) jobs.push({ slot: slots.begin(), is: 'held' });
          if (step === 'rest' && job?.is === 'held') {
            const resting = jobs.filter(({ is }) => is !== 'held').length;
            expect(job.slot.rest()).toBe(resting < 4);
            if (resting < 4) job.is = 'resting';
          }
          if (step === 'goOn' && job?.is === 'resting') {
            job.is = 'asking';
            // Two steps of one run whose time has come: it is still one place.
            const asked = [job.slot.goOn(never), job.slot.goOn(never)];
            void Promise.race(asked).then(() => {
              job.is = 'held';
            });
          }
          if (step === 'end' && job && job.is !== 'asking') {
            job.slot.end();
            jobs.splice(jobs.indexOf(job), 1);
          }
          await new Promise((resolve) => setImmediate(resolve));
          expect(held()).toBeLessThanOrEqual(most);
          const asking = jobs.filter(({ is }) => is === 'asking').length;
          // Who asks is let in as soon as there is a place.
          expect(asking === 0 || held() === most).toBe(true);
          expect(slots.free).toBe(Math.max(0, most - held() - asking));
        }
      },
    ),
  ));

test('one that has to end is let in at once, beyond the limit, and its place is not handed out twice', async () => {
  const slots = new Slots({ most: 1, mostResting: 1, onFree: () => {} });
  const stops = new AbortController();
  const one = slots.begin();
  one.rest();
  const other = slots.begin();
  const back = one.goOn(stops.signal);
  expect(slots.free).toBe(0);
  stops.abort();
  await back;
  other.end();
  expect(slots.free).toBe(0);
  one.end();
  expect(slots.free).toBe(1);
});

test('a job that ended while it asked for a place leaves that place', async () => {
  const slots = new Slots({ most: 1, mostResting: 1, onFree: () => {} });
  const one = slots.begin();
  one.rest();
  const other = slots.begin();
  const back = one.goOn(never);
  one.end();
  other.end();
  await back;
  expect(slots.free).toBe(1);
});
