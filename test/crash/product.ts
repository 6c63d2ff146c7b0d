// The product as a process of its own, on a clock that runs fast; killed and started again by the test.
import { makeLog } from '#src/log.ts';
import { type Role, startProduct } from '#src/main/product.ts';
import { wireAdapter } from '#test/chat/delivery/wire.ts';
import { fastClock } from './clock.ts';

const [home = '', data = '', epoch = '0', platform = '', roles = ''] = process.argv.slice(2);

const product = await startProduct({
  config: {
    home,
    data,
    databaseUrl: null,
    host: '127.0.0.1',
    port: 0,
    publicUrl: null,
    logLevel: 'warn',
    slack: null,
    discord: null,
    chatOverHttp: false,
  },
  env: {},
  roles: roles.split(',') as Role[],
  clock: fastClock(Number(epoch)),
  log: makeLog('warn'),
  chats: [wireAdapter(platform)],
});
process.stdout.write('up\n');
process.once('SIGTERM', async () => {
  await product.stop({ graceMs: 2000 });
  process.exit(0);
});
