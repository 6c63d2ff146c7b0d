import { createHmac } from 'node:crypto';
import { Writable } from 'node:stream';
import { pino } from 'pino';
import type { Ground } from '#src/ground.ts';
import type { TestClock } from '#test/setup/clock.ts';
import { testGround } from '#test/setup/ground.ts';
import { type FreshDatabase, freshDatabase } from '#test/setup/store.ts';

/** A ground whose log can be read. */
export interface Heard {
  ground: Ground & { clock: TestClock };
  database: FreshDatabase;
  /** One JSON line each. */
  lines: string[];
}

export async function heard(): Promise<Heard> {
  const database = await freshDatabase();
  const lines: string[] = [];
  const sink = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk));
      done();
    },
  });
  const ground = { ...testGround(database.db, '/none'), log: pino({ level: 'debug' }, sink) };
  return { ground, database, lines };
}

export const TEAM = {
  ...{ id: 'T0OURS', name: 'Acme', url: 'https://acme.slack.com/', botUser: 'U0BOT', bot: 'B0BOT' },
  enterprise: null,
  orgWide: false,
  scopes: null,
};

/** `v0` over these bytes, as Slack signs. */
export const sign = (secret: string, timestamp: number | string, body: string | Buffer): string =>
  `v0=${createHmac('sha256', secret).update(`v0:${timestamp}:`).update(body).digest('hex')}`;
