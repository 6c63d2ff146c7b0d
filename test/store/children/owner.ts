// A process that owns the store of a data folder until its stdin ends: `owner.ts <data> share|hold`.
import { systemClock } from '#src/clock.ts';
import { silentLog } from '#src/log.ts';
import { openJobs } from '#src/store/jobs.ts';
import { workJobs } from '#src/store/jobs-work.ts';
import { migrate } from '#src/store/migrate.ts';
import { openStore, type Store } from '#src/store/open.ts';
import { registerProcess } from '#src/store/processes.ts';

const [data = '', mode] = process.argv.slice(2);
const store = await openStore({ data, log: silentLog });
const { applied } = await migrate(store.db);
if (mode === 'hold') await holdOneJob(store);
else console.log(JSON.stringify({ open: true, applied }));
process.stdin.resume();
process.stdin.on('end', async () => {
  await store.close();
  console.log('closed');
});

/** Enqueues a run and works on it for ever. */
async function holdOneJob(own: Store): Promise<void> {
  const engine = await openJobs({ store: own, log: silentLog, supervise: true });
  const { id } = await registerProcess({
    db: own.db,
    clock: systemClock,
    log: silentLog,
    roles: ['worker'],
    version: '0',
  });
  await own.db.transaction().execute((tx) => engine.enqueue(tx, 'execute', { run_id: 'held' }));
  await workJobs({
    store: own,
    engine,
    process: id,
    clock: systemClock,
    log: silentLog,
    handlers: {
      execute: () => {
        console.log('holding');
        return new Promise(() => {});
      },
      promote: async () => {},
      recheck: async () => {},
      archive: async () => {},
    },
  });
}
