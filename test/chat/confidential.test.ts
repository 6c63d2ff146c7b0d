import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { drawNotice } from '#blocks/index.ts';
import { complete } from '#src/chat/completion.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';
import { type, worldOf } from './stage.ts';

const SECRET = 'Project Nightjar';
let stage: Stage;
const ways = (words: string, person: string) => complete(worldOf(stage), words, person);

/** Maya owns it and Ana approves it; Jon, an admin, may run it and not see it; Ana may see it and not run it. */
beforeAll(async () => {
  stage = await Stage.open();
  await stage.activate(
    teamOf(),
    workflowOf({
      data_class: 'confidential',
      review: { approvers: ['ana', 'maya'], brief: [`${SECRET} is not named`] },
      inputs: { client: { text: true, default: SECRET } },
    }),
    workflowOf({ workflow: 'other' }),
  );
});
afterAll(() => stage[Symbol.asyncDispose]());

describe('the text that stands in by itself', () => {
  test('is completed for whoever may see it', async () => {
    expect(await ways('run brief ', 'maya')).toContainEqual({ text: 'client=', hint: `a text; ${SECRET} unless said` });
    expect(await ways('run brief ', 'jon')).toContainEqual({
      text: 'client=',
      hint: 'a text; the workflow’s own unless said',
    });
    expect(await ways('run brief ', 'ana')).not.toContainEqual(expect.objectContaining({ text: 'client=' }));
  });

  test('stands in the form, and in its JSON, of whoever may see it', async () => {
    expect(JSON.stringify(await type(stage, 'run brief', 'maya'))).toContain(SECRET);
    const asked = await type(stage, 'run brief', 'jon');
    expect(JSON.stringify(asked)).not.toContain(SECRET);
    expect(asked.exit).toBe(0);
    expect(JSON.stringify(asked.view)).toContain('Empty: the workflow’s own text');
  });
});

test('whoever may not run a workflow is not offered it to run', async () => {
  const names = async (person: string) => (await ways('run ', person)).map(({ text }) => text);
  expect(await names('sam')).toEqual(['brief', 'other']);
  expect(await names('vic')).toEqual([]);
  expect((await ways('status ', 'vic')).map(({ text }) => text)).toEqual(['brief', 'other']);
});

test('what to check is told to those who may see the work, and neither in the channel nor to anybody else', async () => {
  const item = await stage.item(undefined, { workflow: 'brief' });
  const told = await drawNotice(stage.ground, { kind: 'review', review_id: item.id }, {});
  const heads = JSON.stringify(told);
  expect(heads).not.toContain(SECRET);
  expect(heads).toContain('what to check, numbers and words are shown privately to those who may decide');
  for (const person of ['jon', 'vic']) {
    expect(JSON.stringify(await type(stage, `review R-${item.id}`, person))).not.toContain(SECRET);
  }
  const shown = await type(stage, `review R-${item.id}`, 'ana');
  expect(JSON.stringify(shown.view)).toContain(`${SECRET} is not named`);
});
