// Delivers what an outbox holds, as a process of its own that may be killed: child.ts <database> <platform> [<folder>].
import { consoleAdapter } from '#src/chat/console/adapter.ts';
import { startDelivery } from '#src/chat/delivery.ts';
import { systemClock } from '#src/clock.ts';
import { silentLog } from '#src/log.ts';
import { registerProcess } from '#src/store/processes.ts';
import { SignalHub } from '#src/store/signals.ts';
import { HeldHomes, NotedJobs } from '#test/setup/ground.ts';
import { secondPool } from '#test/store/second-pool.ts';
import { drawFact, homeOf } from './facts.ts';
import { wireAdapter } from './wire.ts';

const [database = '', platform = ''] = process.argv.slice(2);
const db = secondPool(database);
const homes = new HeldHomes();
homes.hold(1, homeOf('/nowhere'));
const ground = { db, homes, clock: systemClock, log: silentLog, jobs: new NotedJobs(), data: '/nowhere' };
const row = await registerProcess({ db, clock: systemClock, log: silentLog, roles: ['web'], version: 'test' });
const signals = new SignalHub(async () => {}, silentLog);
const delivery = startDelivery({
  ...{ ground, signals, process: row.id, oneMachine: true, draw: drawFact(db) },
  adapters: [consoleAdapter(ground, signals), wireAdapter(platform)],
});
await delivery.settle();
await delivery.stop({ graceMs: 0 });
await signals.stop();
await row.leave();
await db.destroy();
process.exit(0);
