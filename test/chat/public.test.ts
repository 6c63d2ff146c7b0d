import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerWords } from '#src/chat/command-line.ts';
import { actionsOf } from '#src/message/spans.ts';
import type { Via } from '#src/store/schema.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';
import { firstLine, raise, worldOf } from './stage.ts';

let stage: Stage;
let open: string;
let closed: string;
beforeAll(async () => {
  stage = await Stage.open();
  await stage.activate(teamOf(), workflowOf(), workflowOf({ workflow: 'payroll', data_class: 'confidential' }));
  open = (await stage.item()).run.id;
  closed = (await stage.ended(undefined, { workflow: 'payroll' })).id;
  await raise(stage);
});
afterAll(() => stage[Symbol.asyncDispose]());

const ask = (words: string, via: Via = 'slack', person = 'jon') => answerWords(worldOf(stage), words, { person, via });

test('what a channel may read is answered to all of it, without buttons that act', async () => {
  const asked = ['status', 'status brief', 'queue', 'runs', `runs ${open}`, 'roi', 'digest', `summary ${open}`];
  for (const words of asked) {
    const answer = await ask(`${words} —public`);
    expect([words, answer.exit, answer.public]).toEqual([words, 0, true]);
    const acting = actionsOf(answer.view).filter(({ intent }) => intent !== 'open' && intent !== 'command');
    expect([words, acting]).toEqual([words, []]);
  }
  expect((await ask('status')).public).toBeUndefined();
});

test('closed work is not, whoever asks', async () => {
  for (const words of [
    'status payroll',
    'queue payroll',
    'runs payroll',
    `runs ${closed}`,
    'roi payroll',
    `summary ${closed}`,
  ]) {
    const answer = await ask(`${words} --public`, 'discord', 'maya');
    expect([words, answer.exit, answer.public]).toEqual([words, 2, undefined]);
    expect(firstLine(answer.view)).toBe(
      'payroll is confidential, so it is not answered to a channel. Ask without --public.',
    );
  }
});

test('a file is handed to one person, and to no channel', async () => {
  const answer = await ask('roi --csv --public');
  expect([answer.exit, answer.public, answer.attachments]).toEqual([2, undefined, undefined]);
  expect(firstLine(answer.view)).toBe('A file is handed to one person alone. Ask for it without --public.');
  expect((await ask('roi --csv')).attachments).toMatchObject([{ name: expect.stringMatching(/^roi-.*\.csv$/) }]);
});

test('every other command says for what it is, and a page that nobody reads along', async () => {
  for (const words of [
    'review R-1 --public',
    'run brief --public',
    'help --public',
    'audit x --public',
    'console --public',
  ]) {
    const answer = await ask(words);
    expect([words, answer.exit, answer.public]).toEqual([words, 2, undefined]);
    expect(firstLine(answer.view)).toContain(
      'is answered to you alone; --public is for status, queue, runs, digest, roi and summary.',
    );
  }
  expect(firstLine((await ask('status --public', 'console')).view)).toBe(
    '--public is for Slack and Discord, where a channel reads along. Leave it out here.',
  );
  expect(firstLine((await ask('help status')).view)).toContain('status');
});
