import { afterAll, beforeAll, describe, expect, it, test } from 'vitest';
import { drawNotice } from '#blocks/index.ts';
import { silenceAlert } from '#src/alerts/silence.ts';
import { viewText } from '#src/message/plain.ts';
import type { Notice } from '#src/store/outbox.ts';
import { classToday } from '#src/workflows/class-today.ts';
import { raise, type } from '#test/chat/stage.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';
import { homeOf } from './seed.ts';

const SECRET = 'Project Nightjar';
const words = {
  summary: `${SECRET}: summary`,
  flags: [`${SECRET}: flag`],
  key_numbers: JSON.stringify([{ label: 'Staff', value: `${SECRET}: 40` }]),
};
const reader = { now: new Date(), zone: 'Europe/Berlin' };
let stage: Stage;
let item: { id: number; run: { id: string } };
let rejected: { id: number; run: { id: string } };
let failed: string;
let alert: number;
let notices: Notice[];

/** All of it ran while the work was internal; since then the workflow is confidential, for Ana and Maya to see. */
beforeAll(async () => {
  stage = await Stage.open({ workflow: workflowOf({ review: { approvers: ['ana', 'maya'] } }) });
  rejected = await stage.item({ 'brief.md': 'x' }, words);
  await stage.say(rejected.id, 'ana', 'reject', { reason: `${SECRET}: reason` });
  item = await stage.item({ 'brief.md': `${SECRET}: output` }, words);
  const wrong = { error_class: 'SkillError', error_message: `${SECRET}: error` };
  failed = (await stage.ended({ 'a.md': 'x' }, { ...wrong, status: 'FAILED', route: 'failed' })).id;
  alert = await raise(stage, { ...wrong, run_id: failed });
  await silenceAlert(stage.ground, {
    ...{ alertId: alert, person: 'maya', via: 'console', operator: null },
    ...{ forMs: 3_600_000, reason: `${SECRET}: silence` },
  });
  const { id } = await stage.db.selectFrom('feedback').select('id').executeTakeFirstOrThrow();
  const digest = await stage.db
    .insertInto('digests')
    .values({
      ...{ kind: 'daily', scheduled_for: stage.ground.clock.now(), made_at: stage.ground.clock.now() },
      fact: JSON.stringify((await type(stage, 'digest', 'vic')).json),
    })
    .returning('id')
    .executeTakeFirstOrThrow();
  notices = [
    { kind: 'review', review_id: item.id },
    { kind: 'review', review_id: rejected.id },
    { kind: 'run', run_id: item.run.id },
    { kind: 'run', run_id: failed },
    { kind: 'alert', alert_id: alert },
    { kind: 'feedback', feedback_id: id },
    { kind: 'digest', digest_id: digest.id },
  ];
});
afterAll(() => stage[Symbol.asyncDispose]());

const drawn = async (notice: Notice): Promise<string> => {
  const drawing = await drawNotice(stage.ground, notice, {});
  const views = drawing ? [drawing.view, ...(drawing.thread ?? []).map(({ view }) => view)] : [];
  return views.map((view) => viewText(view, reader)).join('\n');
};
const commands = () => [
  ...[item, rejected].map(({ id }) => `review R-${id}`),
  ...[item.run.id, rejected.run.id, failed].flatMap((id) => [`runs ${id}`, `summary ${id}`, `audit ${id}`]),
  ...['runs', 'status', 'status brief', 'alert list', `alert A-${alert}`, 'digest', 'queue'],
];
const said = async (typed: string, person: string) => {
  const { view, json } = await type(stage, typed, person);
  return { typed, text: viewText(view, reader), json: JSON.stringify(json) };
};

describe('of work whose class is stricter today than when it ran', () => {
  it('messages and answers told everybody of it before', async () => {
    for (const notice of notices.filter(({ kind }) => kind !== 'run')) expect(await drawn(notice)).toContain(SECRET);
    expect((await said(`runs ${failed}`, 'vic')).text).toContain(SECRET);
  });

  it('channels and people who may not see it read names, counts and states only', async () => {
    await stage.activate(teamOf(), workflowOf({ data_class: 'confidential', review: { approvers: ['ana', 'maya'] } }));
    for (const notice of notices) expect(await drawn(notice), JSON.stringify(notice)).not.toContain(SECRET);
    for (const typed of commands()) {
      for (const person of ['vic', 'jon']) {
        const { text, json } = await said(typed, person);
        expect({ typed, person, text, json }).toEqual({
          ...{ typed, person },
          text: expect.not.stringContaining(SECRET),
          json: expect.not.stringContaining(SECRET),
        });
      }
    }
    expect(await drawn({ kind: 'review', review_id: item.id })).toContain('The work is confidential');
    expect((await said(`runs ${item.run.id}`, 'vic')).text).toContain('The work is confidential');
  });

  it('its owner and its approvers of today still see it', async () => {
    for (const person of ['ana', 'maya']) {
      expect((await said(`review R-${item.id}`, person)).text).toContain(`${SECRET}: 40`);
      expect((await said(`runs ${failed}`, person)).text).toContain(`${SECRET}: error`);
    }
  });

  it('what is written into the trail from now on is without words', async () => {
    await expect(stage.say(rejected.id, 'ana')).rejects.toThrow(`${SECRET}: reason`);
    await stage.say(item.id, 'ana', 'reject', { reason: `${SECRET}: second reason` });
    const trail = await stage.db.selectFrom('audit').selectAll().orderBy('id').execute();
    const last = trail.filter(({ act }) => act === 'decision.refused' || act === 'review.rejected').slice(-2);
    expect(last.map(({ act }) => act)).toEqual(['decision.refused', 'review.rejected']);
    expect(JSON.stringify(last)).not.toContain(SECRET);
  });
});

test('the stricter class counts, whichever of the two it is, and that of the start where the workflow is gone', () => {
  const home = homeOf({ open: { data_class: 'public' }, shut: { data_class: 'restricted' } });
  expect(classToday(home, 'open', 'confidential')).toBe('confidential');
  expect(classToday(home, 'shut', 'internal')).toBe('restricted');
  expect(classToday(home, 'gone', 'internal')).toBe('internal');
  expect(classToday(home, 'constructor', 'internal')).toBe('internal');
});
