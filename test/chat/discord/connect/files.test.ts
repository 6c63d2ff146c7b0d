import { Agent, getGlobalDispatcher, setGlobalDispatcher } from 'undici';
import { expect, test } from 'vitest';
import { makeRest } from '#src/chat/discord/connect/rest.ts';
import { silentLog } from '#src/log.ts';
import { startDiscord } from '#test/emulators/discord/emulator.ts';

test('files arrive although another undici than the library’s own was loaded first, as Slack’s socket does', async () => {
  await using discord = await startDiscord();
  discord.addChannel({ id: '1100000000000000001', name: 'ops' });
  const before = getGlobalDispatcher();
  const other = new Agent();
  setGlobalDispatcher(other);
  try {
    const rest = makeRest(discord.config, silentLog);
    for (const queue of [rest.now, rest.once, rest.later]) {
      await queue.post('/channels/1100000000000000001/messages', {
        body: {
          flags: 32768,
          components: [{ type: 13, file: { url: 'attachment://net.csv' } }],
          attachments: [{ id: 0, filename: 'net.csv' }],
          allowed_mentions: { parse: [] },
        },
        files: [{ name: 'net.csv', data: Buffer.from('month;net\n2026-10;3412 €\n') }],
      });
    }
  } finally {
    setGlobalDispatcher(before);
    await other.close();
  }
  const shown = discord.messages('1100000000000000001').flatMap(({ attachments }) => attachments);
  expect(shown.map(({ filename, bytes }) => [filename, String(bytes)])).toEqual(
    Array(3).fill(['net.csv', 'month;net\n2026-10;3412 €\n']),
  );
});
