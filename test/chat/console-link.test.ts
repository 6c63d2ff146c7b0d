import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerWords } from '#src/chat/command-line.ts';
import type { Via } from '#src/store/schema.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';
import { textOf } from './delivery/platform.ts';
import { worldOf } from './stage.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await Stage.open();
  await stage.activate(teamOf(), workflowOf());
});
afterAll(() => stage[Symbol.asyncDispose]());

const asked = async (via: Via, consoleUrl: string) => {
  const world = { ...worldOf(stage), consoleUrl };
  return textOf((await answerWords(world, 'console', { person: 'jon', via })).view);
};

test.each(['http://127.0.0.1:3210/', 'http://localhost:3210/', 'http://[::1]:3210/', 'http://0.0.0.0:3210/'])(
  'a link to %s, asked for in a chat, says that it opens on one machine only, and what to set',
  async (address) => {
    for (const via of ['slack', 'discord'] as const) {
      const told = await asked(via, address);
      expect(told).toContain('It opens only on the machine that Cowork Ops runs on.');
      expect(told).toContain('set PUBLIC_URL');
      expect(told).toContain('/sign-in?token=');
    }
  },
);

test('an address that others reach, and whoever sits at the machine, need no such word', async () => {
  for (const [via, address] of [
    ['slack', 'https://ops.example.org/'],
    ['slack', 'http://127.0.0.1.example.org/'],
    ['console', 'http://127.0.0.1:3210/'],
    ['cli', 'http://127.0.0.1:3210/'],
  ] as const)
    expect(await asked(via, address)).not.toContain('PUBLIC_URL');
});
