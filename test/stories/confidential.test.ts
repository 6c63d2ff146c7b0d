import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { NODE } from './home.ts';
import { World } from './world.ts';

/** A word that nobody may read who may not see the outputs. */
const SECRET = 'Layoffs-in-Lyon';

const WRITES = `${NODE}
  write('brief.md', 'About ${SECRET}');
  write('places.csv', 'place\\n${SECRET}\\nParis\\n');
  result({ summary: '${SECRET} is decided', flags: ['${SECRET}'], key_numbers: [{ label: '${SECRET}', value: '40' }], confidence: 0.4 });`;

const CONFIDENTIAL = {
  tier: 'T2',
  data_class: 'confidential',
  review: { approvers: ['ana'], keywords: ['lyon'], confidence_below: 0.9 },
  checks: [{ name: 'few', kind: 'row_count', file: 'places.csv', max: 1, level: 'warn' }],
};

test('of confidential work everybody sees names and states, and contents only who may', async () => {
  await using world = await World.open({ workflows: { plans: CONFIDENTIAL }, skills: { 'write-v1': WRITES } });
  const run = await world.runToEnd('plans');
  expect(run).toMatchObject({ route: 'review', data_class: 'confidential', summary: null, flags: [], key_numbers: [] });

  const words: string[] = [];
  for (const argv of [
    ['status'],
    ['queue'],
    ['runs'],
    ['audit', run.run_id],
    ['review', 'R-1'],
    ['review', 'R-1', '--as', 'vic'],
  ]) {
    words.push((await world.cli(...argv)).out, (await world.cli(...argv, '--json')).out);
  }
  const pages = ['/', '/today', '/channels/reviews', '/reviews/R-1', `/runs/${run.run_id}`];
  for (const person of [undefined, 'vic', 'sam', 'jon']) {
    const browser = await world.browser(person);
    for (const page of pages) words.push((await browser.get(page)).text);
    const file = await browser.get(`/runs/${run.run_id}/outputs/brief.md`);
    expect(file.status).toBe(403);
    words.push(file.text);
  }
  // Of a check its name and state, not what it says of the outputs.
  expect(words.join('\n')).toContain('few WARN');
  expect(words.filter((text) => /2 rows|more than 1/.test(text))).toEqual([]);
  // Names, states and hashes are there…
  expect(words.filter((text) => text.includes('R-1')).length).toBeGreaterThan(8);
  // …and nothing of the contents, nor in the manifest.
  expect(words.filter((text) => /lyon/i.test(text))).toEqual([]);
  expect(await world.read('review_queue/plans', run.run_id, 'manifest.json')).not.toMatch(/lyon/i);

  const shown = await world.cli('review', 'R-1', '--as', 'ana');
  expect(shown.out).toContain('sha256');
  expect((await world.cli('review', 'R-1', '--as', 'ana', '--json')).json.hidden).toBeNull();
  for (const person of ['ana', 'maya']) {
    const browser = await world.browser(person);
    expect((await browser.get('/reviews/R-1')).text).toContain(SECRET);
    expect((await browser.get(`/runs/${run.run_id}/outputs/brief.md`)).text).toContain(SECRET);
  }

  // Whoever reviews it may quote it in a reason; the trail that everybody reads does not.
  await world.cli('reject', 'R-1', '--reason', `${SECRET} must not be named`, '--as', 'ana');
  for (const argv of [
    ['audit', run.run_id],
    ['audit', run.run_id, '--json'],
    ['review', 'R-1', '--as', 'vic', '--json'],
  ])
    expect((await world.cli(...argv)).out).not.toMatch(/lyon/i);
  const late = await world.approve('R-1', run.output_hash ?? '', 'vic');
  expect(late.err).not.toMatch(/lyon/i);
});

test('what a confidential run says when it fails is withheld as well', async () => {
  await using world = await World.open({
    workflows: { plans: CONFIDENTIAL },
    skills: {
      'write-v1': `${NODE} result({ error: { class: 'LyonIsGone', message: '${SECRET} is gone' } }); process.exit(1);`,
    },
  });
  const { code, out } = await world.cli('run', 'plans', '--wait', '--json');
  expect(code).toBe(1);
  expect(JSON.parse(out)).toMatchObject({ status: 'FAILED', error: { class: 'SkillError' } });
  const [{ run_id } = { run_id: '' }] = (await world.cli('runs', '--json')).json;
  const told = [out];
  for (const argv of [['status'], ['status', '--json'], ['audit', run_id], ['audit', run_id, '--json']])
    told.push((await world.cli(...argv)).out);
  told.push(
    (await (await world.browser()).get('/')).text,
    (await (await world.browser()).get('/today')).text,
    (await (await world.browser('vic')).get(`/runs/${run_id}`)).text,
  );
  expect(told.filter((text) => /lyon/i.test(text))).toEqual([]);
  expect(JSON.stringify(await world.alerts())).not.toMatch(/lyon/i);
});

test('a confidential folder in production is closed to everybody but its owner and group', async () => {
  await using world = await World.open({
    workflows: { plans: { ...CONFIDENTIAL, review: { approvers: ['ana'] } } },
    skills: { 'write-v1': `${NODE} write('brief.md', 'x');` },
  });
  const run = await world.runToEnd('plans');
  await world.approve('R-1', run.output_hash ?? '', 'ana');
  await world.until('production', async () => (await world.run(run.run_id)).promoted_to);
  const { mode } = await stat(join(world.home, 'production/plans', run.run_id));
  expect(mode & 0o007).toBe(0);
});
