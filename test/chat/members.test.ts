import { afterAll, beforeAll, expect, test } from 'vitest';
import { answerWords } from '#src/chat/command-line.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';
import { textOf } from './delivery/platform.ts';
import { buttons, click, firstLine, raise, worldOf } from './stage.ts';

const SECRET = 'Project Nightjar';
let stage: Stage;
let open: string;
let closed: string;
let alert: string;

const workflows = [
  workflowOf(),
  workflowOf({ workflow: 'salaries', data_class: 'confidential', review: { approvers: ['ana'], brief: [SECRET] } }),
];

beforeAll(async () => {
  stage = await Stage.open();
  await stage.activate(teamOf({ default_role: 'admin' }), ...workflows);
  open = `R-${(await stage.item()).id}`;
  closed = `R-${(await stage.item(undefined, { workflow: 'salaries' })).id}`;
  alert = `A-${await raise(stage)}`;
});
afterAll(() => stage[Symbol.asyncDispose]());

const ask = (words: string, member: boolean) =>
  answerWords(worldOf(stage), words, { person: null, member, via: 'slack' });

test('an unlisted member reads what default_role allows, without a button that acts', async () => {
  for (const words of ['status', 'queue', 'runs', 'help', 'alert', `review ${open}`]) {
    const { exit, view } = await ask(words, true);
    expect([words, exit]).toEqual([words, 0]);
    expect([words, buttons(view).filter((intent) => intent !== 'command' && intent !== 'open')]).toEqual([words, []]);
  }
  expect(JSON.stringify((await ask(`review ${open}`, true)).view)).toContain('Revenue equals the ledger');
  const read = await click(stage, 'command', 'status', { person: null, member: true, via: 'slack' });
  expect(read.exit).toBe(0);
});

test('and neither closed work nor any act, whatever that role is', async () => {
  expect(JSON.stringify((await ask(`review ${closed}`, true)).view)).not.toContain(SECRET);
  for (const words of ['pause brief --reason x', 'run brief', `undo ${open}`, 'console', `alert ack ${alert}`]) {
    const { exit, view } = await ask(words, true);
    expect([words, exit]).toEqual([words, 2]);
    expect([words, firstLine(view)]).toEqual([words, expect.stringContaining('not listed in cowork.yaml')]);
  }
  for (const intent of ['approve', 'look', 'reject', 'undo'] as const) {
    const { exit, view } = await click(stage, intent, open, { person: null, member: true, via: 'slack' });
    expect([intent, exit]).toEqual([intent, 2]);
    expect(firstLine(view)).toContain('You are not listed in cowork.yaml, so you cannot act here.');
  }
});

test('nobody else reads, and with default_role none no member does', async () => {
  expect((await ask('status', false)).exit).toBe(2);
  expect((await click(stage, 'command', 'status', { person: null, via: 'slack' })).exit).toBe(2);
  await stage.activate(teamOf(), ...workflows);
  const told = await ask('status', true);
  expect(told.exit).toBe(2);
  expect(firstLine(told.view)).toContain('You are not listed in cowork.yaml');
});

test('whoever is not listed is told whom to ask, and with which id', async () => {
  await stage.activate(teamOf({ default_role: 'viewer' }), ...workflows);
  const from = { person: null, member: true, via: 'slack', sender: 'U0UMA' } as const;
  const answer = await answerWords(worldOf(stage), 'pause brief --reason x', from);
  const whom = textOf(answer.view).split('\n').at(1);
  expect(whom).toMatch(/^Ask .+ to add you there, with your Slack id: U0UMA\.$/);
  expect(textOf((await click(stage, 'approve', open, from)).view).split('\n')).toContain(whom);
});
