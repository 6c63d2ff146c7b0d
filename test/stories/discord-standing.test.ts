import { expect, test } from 'vitest';
import { BothChats } from './both-chats.ts';

const HOUR = 3_600_000;

test('of an item that is hours old the second who is to decide sees in Discord at once that one has approved in Slack', async () => {
  await using chats = await BothChats.open({ workflows: { board: { tier: 'T3' } } });
  const { review, at } = await chats.waiting('board');
  chats.world.clock.put(2 * HOUR);
  const { channel, message } = at.discord;
  await chats.inDiscord('jon').click({ channel, message }, 'Look…');
  const looked = await chats.everywhere(review, /Being looked at: @?(.*Jon|U0JON)/);
  // Discord has just changed an old message; what the next one waits for is not held back for the sake of its limit.
  await chats.pressInSlack('ana', looked.slack, 'Approve');
  const half = await chats.everywhere(review, /1 of 2 \( ?@?.*(Ana|U0ANA)/);
  expect(half.discord.message).toBe(message);
  await chats.done();
});
