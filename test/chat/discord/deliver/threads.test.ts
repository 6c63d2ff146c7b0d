import { expect, test } from 'vitest';
import { plainView } from '#src/message/view.ts';
import { INVITED } from '#test/emulators/discord/emulator.ts';
import { Desk, OPS } from './desk.ts';

/** A desk whose alert `a` has a thread that is open or closed, and delivers how it is now. */
async function opened() {
  const desk = await Desk.open({ emulator: { permissions: [...new Set([...INVITED, 'ManageThreads' as const])] } });
  const delivery = desk.deliver();
  const tells = async (open: boolean, state = open ? 'open' : 'closed') => {
    const view = plainView(open ? 'fail' : 'ok', [`a is ${state}`]);
    const lines = open ? [] : [{ key: state, view: plainView('ok', [`a is ${state}, this thread with it`]) }];
    desk.drawings.set('a', { view, thread: [], name: 'about a', talk: { open, lines } });
    await desk.raise('a');
    await delivery.settle();
  };
  const threads = () => desk.discord.threads(OPS).map(({ archived, locked }) => ({ archived, locked }));
  return { desk, tells, threads };
}

const OPEN = { archived: false, locked: false };
const CLOSED = { archived: true, locked: true };

test('a thread that was closed with its message is opened when it is asked anew, and closed again', async () => {
  const { desk, tells, threads } = await opened();
  await using _ = desk;
  await tells(true);
  expect(threads()).toEqual([OPEN]);
  await tells(false, 'decided');
  expect(threads()).toEqual([CLOSED]);
  await tells(true);
  expect(threads()).toEqual([OPEN]);
  await tells(false, 'decided again');
  expect(threads()).toEqual([CLOSED]);
  expect(desk.below(OPS)).toEqual([['a is decided, this thread with it', 'a is decided again, this thread with it']]);
  expect(desk.discord.amiss).toEqual([]);
});

test('the thread of a message that was deleted is closed when it is posted anew, and the new one has its own', async () => {
  const { desk, tells, threads } = await opened();
  await using _ = desk;
  await tells(true);
  desk.discord.deleteMessage(OPS, desk.discord.messages(OPS)[0]?.id ?? '');
  await tells(true, 'still open');
  expect(desk.texts(OPS)).toEqual(['a is still open']);
  expect(threads()).toEqual([CLOSED, OPEN]);
  // Deleted with its thread: there is nothing to close, and nobody is told that it could not be.
  const again = desk.discord.messages(OPS)[0]?.id ?? '';
  desk.discord.deleteChannel(again);
  desk.discord.deleteMessage(OPS, again);
  desk.ground.clock.put(2 * 60 * 60_000);
  await tells(true, 'open for long');
  expect(threads()).toEqual([CLOSED, OPEN]);
  expect(desk.logged.filter(({ words }) => words.includes('could not be closed'))).toEqual([]);
});
