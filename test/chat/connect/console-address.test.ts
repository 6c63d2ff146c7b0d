import { expect, test } from 'vitest';
import { chatOptions } from '#src/main/wiring.ts';
import { heard } from '../slack/connect/inner.ts';

test.each([
  [{ host: '127.0.0.1', port: 3210, publicUrl: null }, null],
  [{ host: '::1', port: 3210, publicUrl: null }, null],
  [{ host: '0.0.0.0', port: 3210, publicUrl: null }, null],
  [{ host: '192.0.2.7', port: 3210, publicUrl: null }, 'http://192.0.2.7:3210'],
  [{ host: '2001:db8::7', port: 3210, publicUrl: null }, 'http://[2001:db8::7]:3210'],
  [{ host: '127.0.0.1', port: 3210, publicUrl: 'https://cowork.acme.example/' }, 'https://cowork.acme.example'],
])('a link in a chat leads to the console where %j is reached from elsewhere: %s', async (config, address) => {
  const { ground, database } = await heard();
  await database.drop();
  const store = { signals: { listen: () => () => {} }, embedded: true };
  const opened = { ground, store } as unknown as Parameters<typeof chatOptions>[0];
  const world = () => Promise.reject(new Error('not asked for'));
  expect(chatOptions(opened, config, { process: 'p', world }).console).toBe(address);
});
