import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MOST_BYTES } from '#src/chat/acts/files.ts';
import { performAct } from '#src/chat/acts.ts';
import { attachmentName, readAttachment } from '#src/chat/attachment.ts';
import { viewText } from '#src/message/plain.ts';
import { inside, runFolder } from '#src/runs/folders.ts';
import { Stage, workflowOf } from '#test/reviews/stage.ts';
import { click, firstLine, worldOf } from './stage.ts';

const HERE = { now: new Date(0), zone: 'utc', console: 'http://console' };
let stage: Stage;
beforeEach(async () => {
  stage = await Stage.open();
});
afterEach(() => stage[Symbol.asyncDispose]());

const get = (subject: string, person = 'vic') => click(stage, 'files', subject, { person, via: 'slack' });

test('whoever may see the outputs gets their very bytes, and the trail says so', async () => {
  const { id, run } = await stage.item({ 'brief.md': 'Revenue 3\n', 'charts/a b.png': 'pixels' });
  const answer = await get(`R-${id}`);
  expect(answer.exit).toBe(0);
  expect(firstLine(answer.view)).toBe(`2 files of R-${id}.`);
  expect(viewText(answer.view, HERE)).toContain(`http://console/runs/${run.id}/outputs/charts/a%20b.png`);
  const files = await Promise.all(
    (answer.attachments ?? []).map(async (one) => [one.name, String(await readAttachment(one))]),
  );
  expect(files).toEqual([
    ['brief.md', 'Revenue 3\n'],
    ['charts-a b.png', 'pixels'],
  ]);
  expect((await get(run.id)).attachments).toHaveLength(2);
  const told = await stage.db.selectFrom('audit').selectAll().where('act', '=', 'files.given').orderBy('id').execute();
  expect(told[0]).toMatchObject({
    actor: 'vic',
    via: 'slack',
    run_id: run.id,
    review_id: id,
    data: { files: 2, of: 2 },
  });
});

test('closed work is for its owner and approvers, by the class of today', async () => {
  const { id } = await stage.item();
  const { home } = await stage.ground.homes.active();
  await stage.activate(home.team, workflowOf({ data_class: 'confidential' }));
  const refused = await get(`R-${id}`);
  expect(refused).toMatchObject({ exit: 2 });
  expect(refused.attachments).toBeUndefined();
  expect(firstLine(refused.view)).toMatch(/^You may not see the outputs of brief\./);
  expect((await get(`R-${id}`, 'ana')).attachments).toHaveLength(1);
  expect((await stage.acts()).filter((act) => act === 'files.given')).toHaveLength(1);
  expect((await stage.acts()).filter((act) => act === 'access.refused')).toHaveLength(1);
});

test('nobody, and what is not there, are refused', async () => {
  const { id } = await stage.item();
  const nobody = { click: { intent: 'files', subject: `R-${id}`, revision: null }, values: {}, person: null } as const;
  const answer = await performAct(worldOf(stage), { ...nobody, via: 'slack', place: 'slack:C1' });
  expect(answer).toMatchObject({ exit: 2 });
  for (const subject of ['R-999', 'brief-20200101T0000Z-none']) {
    expect(await get(subject)).toMatchObject({ exit: 2, json: { error: { code: 'not_found' } } });
  }
  const failed = await stage.ended(undefined, { status: 'FAILED', folder: 'archive' });
  await stage.db.deleteFrom('outputs').where('run_id', '=', failed.id).execute();
  expect(firstLine((await get(failed.id)).view)).toBe(`${failed.id} has no files. Nothing was sent.`);
});

test('a file that is not the one that was checked is not handed on', async () => {
  const { id, run } = await stage.item();
  const path = join(inside.outputs(runFolder(stage.root, run)), 'brief.md');
  for (const text of ['Revenue 4\n', 'Revenue 3\nand more', '']) {
    // Whoever has the rights replaces it; the file itself can only be read.
    await rm(path);
    await writeFile(path, text);
    const [file] = (await get(`R-${id}`)).attachments ?? [];
    if (!file) throw new Error('nothing was given');
    await expect(readAttachment(file)).rejects.toThrow('brief.md is not the file that was checked any more');
  }
});

test('what is too much is said and left out', async () => {
  const many = Object.fromEntries(Array.from({ length: 14 }, (_, index) => [`f${10 + index}.txt`, 'x']));
  const { id, run } = await stage.item(many);
  const answer = await get(`R-${id}`);
  expect(answer.attachments).toHaveLength(10);
  expect(viewText(answer.view, HERE)).toContain(
    'Left out, since a message holds 10 files and 20 MB: f20.txt, f21.txt and 2 more (4 B).',
  );
  await stage.db
    .updateTable('outputs')
    .set({ bytes: MOST_BYTES + 1 })
    .where('run_id', '=', run.id)
    .execute();
  const none = await get(`R-${id}`);
  expect(none.attachments).toEqual([]);
  expect(firstLine(none.view)).toBe(`The files of R-${id} are too large to send.`);
});

test('names are names and nothing else', () => {
  const none = new Set<string>();
  expect(attachmentName('../../etc/pass\u202egnp.exe', none)).toBe('etc-pass gnp.exe');
  expect(attachmentName('.hidden', none)).toBe('hidden');
  expect(attachmentName('\u200b/\0', none)).toBe('file');
  expect(attachmentName('a/b.md', new Set(['a-b.md']))).toBe('a-b-2.md');
  expect([...attachmentName(`${'x'.repeat(300)}.csv`, none)]).toHaveLength(100);
});
