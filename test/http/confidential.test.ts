import { afterAll, beforeAll, expect, test } from 'vitest';
import { teamOf, workflowOf } from '#test/reviews/stage.ts';
import { Console, seen, type Visitor } from './console.ts';

const SECRET = 'Project Nightjar';
let here: Console;
let id: number;
let runId: string;
let failed: string;

/** Ana and Maya may see it (approver, owner); Jon is admin and not named; Vic views, Sam schedules. */
beforeAll(async () => {
  const workflow = workflowOf({ data_class: 'confidential', review: { approvers: ['ana', 'maya'] } });
  here = await Console.open({ home: { workflow } });
  const words = {
    summary: `${SECRET}: summary`,
    flags: [`${SECRET}: flag`],
    key_numbers: JSON.stringify([{ label: `${SECRET}: label`, value: `${SECRET}: value` }]),
    note: `${SECRET}: note`,
  };
  const item = await here.stage.item({ 'brief.md': `${SECRET}: output\n` }, words);
  id = item.id;
  runId = item.run.id;
  const run = await here.stage.ended(
    { 'brief.md': `${SECRET}: output\n` },
    { ...words, status: 'FAILED', route: 'failed', error_class: 'SkillError', error_message: `${SECRET}: error` },
  );
  failed = run.id;
  await here.stage.db
    .insertInto('alerts')
    .values({
      kind: 'FAIL',
      severity: 'P2',
      state: 'open',
      key: `fail:${failed}`,
      workflow: 'brief',
      run_id: failed,
      error_class: 'SkillError',
      error_message: `${SECRET}: error`,
      first_at: here.stage.ground.clock.now(),
      last_at: here.stage.ground.clock.now(),
    })
    .execute();
});
afterAll(() => here[Symbol.asyncDispose]());

const everyPage = async (visitor: Visitor): Promise<string> => {
  const pages = ['/', '/today', `/reviews/R-${id}`, `/runs/${runId}`, `/runs/${failed}`];
  return (await Promise.all(pages.map((path) => visitor.text(path)))).map(seen).join('\n');
};

test.each(['jon', 'vic', 'sam'])(
  '%s, who may not see the contents, sees names, counts and states on every page',
  async (person) => {
    const visitor = await here.as(person);
    const pages = await everyPage(visitor);
    expect(pages).not.toContain(SECRET);
    expect(pages).toContain('brief.md');
    expect(pages).toContain('The contents are not shown. You may not see the outputs of brief. Maya and Ana can.');
    expect(pages).toContain('SkillError');
    const file = await visitor.visit(`/runs/${runId}/outputs/brief.md`);
    expect(file.status).toBe(403);
    expect(await file.text()).not.toContain(SECRET);
  },
);

test('nobody, on this machine, sees no more', async () => {
  const pages = await everyPage(here.nobody());
  expect(pages).not.toContain(SECRET);
  expect(pages).toContain('The contents are for listed people. Choose whom to act as at the top of the page.');
});

test.each(['ana', 'maya'])('%s sees them', async (person) => {
  const visitor = await here.as(person);
  const review = seen(await visitor.text(`/reviews/R-${id}`));
  for (const what of ['output', 'label', 'value', 'flag', 'summary']) expect(review).toContain(`${SECRET}: ${what}`);
  const run = seen(await visitor.text(`/runs/${failed}`));
  expect(run).toContain(`${SECRET}: error`);
  expect(await visitor.text(`/runs/${runId}/outputs/brief.md`)).toBe(`${SECRET}: output\n`);
});

test('the page of today is the same for those who may: it is read over shoulders', async () => {
  expect(await (await here.as('ana')).text('/today')).not.toContain(SECRET);
});

test('reasons that people give stay with those who may see, on pages and in refusals', async () => {
  const item = await here.stage.item({ 'brief.md': 'x\n' });
  await here.stage.say(item.id, 'ana', 'reject', { reason: `${SECRET}: reason` });
  const path = `/reviews/R-${item.id}`;
  expect(seen(await (await here.as('maya')).text(path))).toContain(`${SECRET}: reason`);
  for (const person of ['jon', 'vic']) {
    const visitor = await here.as(person);
    const page = await visitor.text(path);
    expect(page).not.toContain(SECRET);
    expect(seen(page)).toContain('the reason is for those who may see the outputs');
    const refusal = await visitor.post(`${path}/approve`, {
      revision: '1',
      hash: 'a'.repeat(64),
      brief: 'a'.repeat(64),
      definition: 'a'.repeat(64),
    });
    expect(refusal.status).toBe(403);
    expect(await refusal.text()).not.toContain(SECRET);
  }
  const trail = seen(await (await here.as('jon')).text(`/runs/${item.run.id}`));
  expect(trail).toContain('Ana rejected');
  expect(trail).not.toContain(SECRET);
});

test('work that has become confidential since it ran is as closed, by those whom the workflow names today', async () => {
  const before = workflowOf({ review: { approvers: ['jon', 'ana'] } });
  await using there = await Console.open({ home: { workflow: before } });
  const words = { summary: `${SECRET}: summary`, flags: [`${SECRET}: flag`], note: `${SECRET}: note` };
  const item = await there.stage.item({ 'brief.md': `${SECRET}: output\n` }, words);
  const wrong = { error_class: 'SkillError', error_message: `${SECRET}: error` };
  const run = await there.stage.ended({ 'a.md': 'x' }, { ...wrong, status: 'FAILED', route: 'failed' });
  const paths = [`/reviews/R-${item.id}`, `/runs/${item.run.id}`, `/runs/${run.id}`, '/today'];
  const everything = async (person: string) => {
    const visitor = await there.as(person);
    const pages = await Promise.all(paths.map((path) => visitor.text(path)));
    return { pages: pages.join('\n'), file: await visitor.visit(`/runs/${item.run.id}/outputs/brief.md`) };
  };
  expect((await everything('vic')).pages).toContain(`${SECRET}: output`);
  const after = workflowOf({ data_class: 'confidential', review: { approvers: ['ana'] } });
  await there.stage.activate(teamOf(), after);
  for (const person of ['vic', 'jon', 'sam']) {
    const { pages, file } = await everything(person);
    expect(pages).not.toContain(SECRET);
    expect(seen(pages)).toContain(
      'The contents are not shown. You may not see the outputs of brief. Maya and Ana can.',
    );
    expect(pages.match(/>confidential</g)).toHaveLength(3);
    expect(file.status).toBe(403);
  }
  const { pages, file } = await everything('ana');
  for (const what of ['summary', 'error']) expect(pages).toContain(`${SECRET}: ${what}`);
  expect(await file.text()).toBe(`${SECRET}: output\n`);
});
