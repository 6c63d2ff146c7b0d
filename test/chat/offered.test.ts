import { afterAll, beforeAll, expect, test } from 'vitest';
import { drawNotice } from '#blocks/index.ts';
import { INTENTS, type Intent } from '#src/message/action.ts';
import { Stage } from '#test/reviews/stage.ts';
import { buttons, click, raise, type, worldOf } from './stage.ts';

let stage: Stage;
let review: string;
let alert: string;
let alertId: number;
let failed: string;

beforeAll(async () => {
  stage = await Stage.open();
  review = `R-${(await stage.item()).id}`;
  failed = (await stage.ended(undefined, { status: 'FAILED', folder: 'archive' })).id;
  alertId = await raise(stage, { run_id: failed });
  alert = `A-${alertId}`;
});
afterAll(() => stage[Symbol.asyncDispose]());

// Files are for every reader of open work, and getting them changes nothing.
const ACTING = new Set<string>(INTENTS.filter((intent) => intent !== 'command' && intent !== 'files'));
const acts = async (words: string, person: string) => offered((await type(stage, words, person)).view);
const offered = (view: Parameters<typeof buttons>[0]) => [
  ...new Set(buttons(view).filter((intent): intent is Intent => ACTING.has(intent))),
];

test('an answer for one person offers what that person may do', async () => {
  expect(await acts(`review ${review}`, 'ana')).toEqual(['approve', 'reject', 'ask']);
  expect(await acts('status brief', 'sam')).toEqual(['acknowledge', 'pause']);
  expect(await acts('status brief', 'ana')).toEqual(['acknowledge']);
  expect(await acts(`alert show ${alert}`, 'ana')).toEqual(['acknowledge', 'silence', 'assign', 'resolve']);
  expect(await acts(`alert show ${alert}`, 'sam')).toContain('rerun');
  expect(await acts(`runs ${failed}`, 'sam')).toContain('rerun');
});

test('and nothing that would be refused', async () => {
  const asked = [
    `review ${review}`,
    'status',
    'status brief',
    'alert',
    `alert show ${alert}`,
    `runs ${failed}`,
    'queue',
  ];
  for (const words of asked) expect([words, await acts(words, 'vic')]).toEqual([words, []]);
  const shown = await click(stage, 'command', `alert show ${alert}`, { person: 'vic' });
  expect(offered(shown.view)).toEqual([]);
  expect((await type(stage, 'status brief', 'vic')).view.parts.at(-1)).toMatchObject({
    part: 'actions',
    actions: [{ intent: 'command' }, { intent: 'command' }],
  });
});

test('what is found out by a click is answered likewise', async () => {
  const looked = await click(stage, 'look', review, { person: 'ana' });
  expect(offered(looked.view)).toEqual(['approve', 'reject', 'ask']);
});

test('a channel, where everybody reads, offers it all; the act says who may', async () => {
  const told = await drawNotice(worldOf(stage), { kind: 'alert', alert_id: alertId }, {});
  expect(told && offered(told.view)).toEqual(['acknowledge', 'rerun', 'silence', 'pause', 'assign', 'resolve']);
});
