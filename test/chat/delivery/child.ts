// Delivers what an outbox holds, as a process of its own that may be killed: child.ts <database> <platform> [<place>].
// With a place of Discord's there is a room for talk below each message, closed with a last line.
import { consoleAdapter } from '#src/chat/console/adapter.ts';
import { startDelivery } from '#src/chat/delivery.ts';
import type { Draw } from '#src/chat/drawing.ts';
import { systemClock } from '#src/clock.ts';
import { silentLog } from '#src/log.ts';
import { plainView } from '#src/message/view.ts';
import { registerProcess } from '#src/store/processes.ts';
import { SignalHub } from '#src/store/signals.ts';
import { HeldHomes, NotedJobs } from '#test/setup/ground.ts';
import { secondPool } from '#test/store/second-pool.ts';
import { drawFact, homeOf } from './facts.ts';
import { wireAdapter } from './wire.ts';

const [database = '', platform = '', place = ''] = process.argv.slice(2);
const talks = place.startsWith('discord:');
const db = secondPool(database);
const homes = new HeldHomes();
homes.hold(1, homeOf('/nowhere', talks ? { channels: { 'cowork-ops': [place] } } : {}));
const ground = { db, homes, clock: systemClock, log: silentLog, jobs: new NotedJobs(), data: '/nowhere' };
const row = await registerProcess({ db, clock: systemClock, log: silentLog, roles: ['web'], version: 'test' });
const signals = new SignalHub(async () => {}, silentLog);
const plain = drawFact(db);
const draw: Draw = async (notice, at) => {
  const drawing = await plain(notice, at);
  if (!talks || !drawing) return drawing;
  const open = drawing.thread.every(({ key }) => key !== 'ended');
  const lines = open ? [] : [{ key: 'closed', view: plainView('ok', ['closed']) }];
  return { ...drawing, name: 'what it is about', talk: { open, lines } };
};
const delivery = startDelivery({
  ...{ ground, signals, process: row.id, oneMachine: true, draw },
  adapters: [consoleAdapter(ground, signals), wireAdapter(platform, talks ? 'discord' : 'slack')],
});
await delivery.settle();
await delivery.stop({ graceMs: 0 });
await signals.stop();
await row.leave();
await db.destroy();
process.exit(0);
