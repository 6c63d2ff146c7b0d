import { expect, test } from 'vitest';
import { slackOptions } from '#src/main/wiring.ts';
import { heard } from './inner.ts';

test.each([
  [{ host: '127.0.0.1', port: 3210, publicUrl: null }, null],
  [{ host: '::1', port: 3210, publicUrl: null }, null],
  [{ host: '0.0.0.0', port: 3210, publicUrl: null }, null],
  [{ host: '192.0.2.7', port: 3210, publicUrl: null }, 'http://192.0.2.7:3210'],
  [{ host: '2001:db8::7', port: 3210, publicUrl: null }, 'http://[2001:db8::7]:3210'],
  [{ host: '127.0.0.1', port: 3210, publicUrl: 'https://cowork.acme.example/' }, 'https://cowork.acme.example'],
])('a link in Slack leads to the console where %j is reached from elsewhere: %s', async (config, address) => {
  const { ground, database } = await heard();
  await database.drop();
  const store = { signals: { listen: () => () => {} }, embedded: true };
  const opened = { ground, store } as unknown as Parameters<typeof slackOptions>[0];
  const slack = { botToken: 'x', appToken: null, signingSecret: 'x', apiUrl: null };
  const world = () => Promise.reject(new Error('not asked for'));
  expect(slackOptions(opened, config, slack, { process: 'p', world }).console).toBe(address);
});
