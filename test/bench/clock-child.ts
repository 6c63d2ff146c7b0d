// A clock process of the product whose time the bench sets: `clock-child.ts <data> <home> <shift in ms>`.
import pg from 'pg';
import type { Clock } from '#src/clock.ts';
import { systemClock } from '#src/clock.ts';
import { readConfig } from '#src/config.ts';
import { makeLog } from '#src/log.ts';
import { startProduct } from '#src/main/product.ts';

/** What the bench asks, and what this process answers. */
export type Ask = { shift: number } | { tell: 'usage' } | { tell: 'batches' };
export type Answer = { ready: true } | { usage: NodeJS.CpuUsage } | { batches: number };

const [data = '', home = '', shiftText = '0'] = process.argv.slice(2);
let shift = Number(shiftText);
const clock: Clock = { ...systemClock, now: () => new Date(Date.now() + shift) };

// How many batches of runs this clock started: that each of several had its share.
let batches = 0;
const { prototype } = pg.Client;
const query = prototype.query;
prototype.query = function counted(this: pg.Client, ...args: unknown[]) {
  if (typeof args[0] === 'string' && args[0].startsWith('insert into "runs"')) batches += 1;
  return Reflect.apply(query, this, args);
} as typeof query;

const config = readConfig({ COWORK_DATA: data, COWORK_HOME: home }, data);
const product = await startProduct({
  config,
  env: {},
  roles: ['clock'],
  clock,
  log: makeLog('error'),
  switchHome: true,
});
const answer = (message: Answer) => void process.send?.(message);
process.on('message', (ask: Ask) => {
  if ('shift' in ask) shift = ask.shift;
  else if (ask.tell === 'usage') answer({ usage: process.cpuUsage() });
  else answer({ batches });
});
process.on('disconnect', () => void product.stop({ graceMs: 1000 }).then(() => process.exit(0)));
answer({ ready: true });
