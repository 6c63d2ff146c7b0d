import { afterAll, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest';
import { alertThread } from '#blocks/alert.ts';
import { acknowledgeAlert } from '#src/alerts/acknowledge.ts';
import type { AlertRequest } from '#src/alerts/ask.ts';
import { assignAlert } from '#src/alerts/assign.ts';
import { parseAlertId } from '#src/alerts/list.ts';
import { raiseAlert } from '#src/alerts/raise.ts';
import { recoverAlerts } from '#src/alerts/recover.ts';
import { rerunAlert } from '#src/alerts/rerun.ts';
import { resolveAlert } from '#src/alerts/resolve.ts';
import { endSilence, endSilences, silenceAlert } from '#src/alerts/silence.ts';
import { holderOf, silencedUntil } from '#src/alerts/standing.ts';
import { CoworkError } from '#src/errors.ts';
import { alertFact } from '#src/reports/alert-fact.ts';
import type { AlertToRaise } from '#src/runs/ports.ts';
import { Stage, teamOf, workflowOf } from '#test/reviews/stage.ts';

let stage: Stage;
beforeAll(async () => {
  stage = await Stage.open();
});
afterAll(() => stage[Symbol.asyncDispose]());
beforeEach(async () => {
  await stage.activate(teamOf(), workflowOf());
  for (const table of ['alerts', 'outbox'] as const) await stage.db.deleteFrom(table).execute();
});

const raise = (over: Partial<AlertToRaise> = {}) =>
  stage.db.transaction().execute((tx) =>
    raiseAlert(tx, stage.ground.clock.now(), {
      kind: 'FAIL',
      key: 'FAIL:brief',
      severity: 'P2',
      workflow: 'brief',
      ...over,
    }),
  );
const alert = (id: number) => stage.db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const by = (person: string | null, alertId: number): AlertRequest => ({
  alertId,
  person,
  via: 'console',
  operator: null,
});
/** What the trail says since the newest alert was first raised. */
const trail = async () => {
  const all = await stage.db.selectFrom('audit').selectAll().where('alert_id', 'is not', null).orderBy('id').execute();
  return all.filter(({ alert_id }) => alert_id === all.at(-1)?.alert_id);
};
const notices = () => stage.db.selectFrom('outbox').select(['notice', 'priority']).orderBy('id').execute();

describe('acknowledge', () => {
  test('writes who has it and when, the trail and the notice, in one go', async () => {
    const id = await raise();
    const done = await acknowledgeAlert(stage.ground, by('ana', id));
    expect(done).toMatchObject({ alert_id: `A-${id}`, state: 'acknowledged', workflow: 'brief' });
    expect(await alert(id)).toMatchObject({
      state: 'acknowledged',
      acknowledged_by: 'ana',
      acknowledged_at: stage.ground.clock.now(),
    });
    expect((await trail()).at(-1)).toMatchObject({
      act: 'alert.acknowledged',
      actor: 'ana',
      via: 'console',
      alert_id: id,
      workflow: 'brief',
    });
    expect((await notices()).at(-1)).toEqual({ notice: { kind: 'alert', alert_id: id }, priority: 2 });
  });

  test('of fifty who click at once one has it, the others read who', async () => {
    const id = await raise();
    const people = ['ana', 'jon', 'maya', 'sam'];
    const clicks = await Promise.allSettled(
      Array.from({ length: 50 }, (_, index) => acknowledgeAlert(stage.ground, by(people[index % 4] ?? '', id))),
    );
    expect(clicks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    const holder = { ana: 'Ana', jon: 'Jon', maya: 'Maya', sam: 'Sam' }[(await alert(id)).acknowledged_by ?? ''];
    for (const click of clicks) {
      if (click.status === 'fulfilled') continue;
      expect(click.reason).toMatchObject({
        code: 'refused',
        message: `A-${id} was acknowledged by ${holder} today 06:00. Nothing changed.`,
      });
    }
    expect((await trail()).filter(({ act }) => act === 'alert.acknowledged')).toHaveLength(1);
    expect(await notices()).toHaveLength(2);
  });

  test('is refused to who may not, to the unlisted and to nobody, with who can', async () => {
    const id = await raise();
    const refusal = async (person: string | null, via: AlertRequest['via'] = 'console') =>
      acknowledgeAlert(stage.ground, { ...by(person, id), via }).catch((error: CoworkError) => [
        error.code,
        error.message,
      ]);
    const can = 'Maya, Jon, Ana and Sam can.';
    expect(await refusal('vic')).toEqual(['refused', `You may not acknowledge alerts of brief. ${can}`]);
    expect(await refusal('eve')).toEqual([
      'refused',
      `"eve" is not listed in cowork.yaml, so you may not acknowledge alerts of brief. ${can}`,
    ]);
    expect(await refusal(null)).toEqual([
      'refused',
      `You are not listed in cowork.yaml, so you may not acknowledge alerts of brief. ${can}`,
    ]);
    expect(await refusal(null, 'cli')).toEqual([
      'refused',
      `Say who you are: --as <person>, by the name in cowork.yaml. ${can}`,
    ]);
    expect(await alert(id)).toMatchObject({ state: 'open', acknowledged_by: null });
    await expect(acknowledgeAlert(stage.ground, by('ana', 999_999))).rejects.toMatchObject({ code: 'not_found' });
  });

  test('whoever is on call may, a viewer too', async () => {
    await stage.activate(teamOf({ on_call: { rota: ['vic'], starts: '2026-11-02T09:00', shift: '1w' } }), workflowOf());
    const id = await raise();
    await acknowledgeAlert(stage.ground, by('vic', id));
    expect(holderOf(await alert(id))).toBe('vic');
  });

  test('an alert that is over says how it ended', async () => {
    const first = await raise();
    await stage.db
      .transaction()
      .execute((tx) => recoverAlerts(tx, stage.ground.clock.now(), ['FAIL:brief'], { run_id: 'r-9' }));
    await expect(acknowledgeAlert(stage.ground, by('ana', first))).rejects.toThrow(
      `A-${first} recovered today 06:00: run r-9 is fine. Nothing changed.`,
    );
    const second = await raise();
    await resolveAlert(stage.ground, { ...by('jon', second), reason: 'source renamed.' });
    await expect(acknowledgeAlert(stage.ground, by('ana', second))).rejects.toThrow(
      `A-${second} was resolved by Jon today 06:00: source renamed. Nothing changed.`,
    );
  });

  test('an alert about no workflow is for triage and admins, one of a workflow that has left for those it had', async () => {
    const id = await raise({ key: 'BLOCKED:fence', kind: 'BLOCKED', workflow: null });
    await expect(acknowledgeAlert(stage.ground, by('vic', id))).rejects.toThrow('Jon, Ana and Sam can');
    await acknowledgeAlert(stage.ground, by('sam', id));
    const run = await stage.ended();
    const gone = await raise({ run_id: run.id });
    await stage.activate(teamOf(), workflowOf({ workflow: 'other' }));
    await acknowledgeAlert(stage.ground, by('maya', gone));
    expect((await alert(gone)).acknowledged_by).toBe('maya');
  });
});

describe('assign', () => {
  test('gives it to a person who may take it; it stays open until they say so', async () => {
    const id = await raise();
    await assignAlert(stage.ground, { ...by('jon', id), to: ' ana ' });
    expect(await alert(id)).toMatchObject({ state: 'open', assigned_to: 'ana', assigned_by: 'jon' });
    expect((await trail()).at(-1)).toMatchObject({ act: 'alert.assigned', data: { to: 'ana', was: null } });
    await acknowledgeAlert(stage.ground, by('ana', id));
    expect(await alert(id)).toMatchObject({ state: 'acknowledged', assigned_to: 'ana', acknowledged_by: 'ana' });
    await assignAlert(stage.ground, { ...by('ana', id), to: 'maya' });
    expect(holderOf(await alert(id))).toBe('maya');
  });

  test('giving it to oneself takes it, and taking what was given to another is having it', async () => {
    const id = await raise();
    await assignAlert(stage.ground, { ...by('ana', id), to: 'ana' });
    expect(await alert(id)).toMatchObject({ state: 'acknowledged', acknowledged_by: 'ana', assigned_to: 'ana' });
    const other = await raise({ key: 'LATE:brief', kind: 'LATE' });
    await assignAlert(stage.ground, { ...by('jon', other), to: 'ana' });
    await acknowledgeAlert(stage.ground, by('maya', other));
    expect(await alert(other)).toMatchObject({ assigned_to: null, acknowledged_by: 'maya' });
  });

  test('refuses a taker who may not, who is unlisted or who has it, and whoever may not assign', async () => {
    const id = await raise();
    const give = (person: string, to: string) =>
      assignAlert(stage.ground, { ...by(person, id), to }).catch((error: CoworkError) => error.message);
    const can = 'Maya, Jon, Ana and Sam can. Nothing changed.';
    expect(await give('jon', 'vic')).toBe(`Vic may not take alerts of brief. ${can}`);
    expect(await give('jon', '__proto__')).toBe(`Nobody named "__proto__" is listed in cowork.yaml. ${can}`);
    expect(await give('jon', '  ')).toBe(`Say to whom A-${id} goes. ${can}`);
    expect(await give('vic', 'ana')).toContain('You may not assign alerts of brief.');
    await give('jon', 'ana');
    expect(await give('maya', 'ana')).toBe(`A-${id} was given to Ana by Jon today 06:00. Nothing changed.`);
    await resolveAlert(stage.ground, { ...by('jon', id), reason: 'done' });
    expect(await give('maya', 'jon')).toContain(`A-${id} was resolved by Jon`);
  });

  test('many who give it to the same person at once do so once', async () => {
    const id = await raise();
    const gifts = await Promise.allSettled(
      Array.from({ length: 20 }, () => assignAlert(stage.ground, { ...by('jon', id), to: 'ana' })),
    );
    expect(gifts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });
});

describe('silence', () => {
  const HOUR = 3_600_000;

  test('lets repeats be counted and shown, quietly, until it ends by itself', async () => {
    const id = await raise({ severity: 'P1' });
    await silenceAlert(stage.ground, { ...by('ana', id), forMs: 2 * HOUR, reason: 'ledger moves' });
    const now = stage.ground.clock.now();
    expect(await alert(id)).toMatchObject({
      silenced_by: 'ana',
      silence_reason: 'ledger moves',
      silenced_until: new Date(now.getTime() + 2 * HOUR),
    });
    expect(await raise({ severity: 'P1' })).toBe(id);
    expect((await notices()).at(-1)?.priority).toBe(5);
    expect(await alert(id)).toMatchObject({ count: 2 });
    expect(await endSilences(stage.ground, new Date(now.getTime() + 2 * HOUR - 1))).toBe(0);
    expect(await endSilences(stage.ground, new Date(now.getTime() + 2 * HOUR))).toBe(1);
    expect(await endSilences(stage.ground, new Date(now.getTime() + 2 * HOUR))).toBe(0);
    expect(await alert(id)).toMatchObject({ silenced_by: null, silenced_at: null, silence_reason: null });
    expect(silencedUntil(await alert(id), new Date(now.getTime() + 2 * HOUR))).toBeNull();
    expect((await trail()).at(-1)).toMatchObject({ act: 'alert.silence_ended', actor: 'service', alert_id: id });
    onTestFinished(() => stage.ground.clock.jump(now));
    stage.ground.clock.jump(new Date(now.getTime() + 2 * HOUR));
    await raise({ severity: 'P1' });
    expect((await notices()).at(-1)?.priority).toBe(1);
  });

  test('covers what was silenced: a graver repeat ends it', async () => {
    const id = await raise({ severity: 'P3' });
    await silenceAlert(stage.ground, { ...by('ana', id), forMs: HOUR, reason: 'known' });
    await raise({ severity: 'P1' });
    expect(silencedUntil(await alert(id), stage.ground.clock.now())).toBeNull();
    expect((await notices()).at(-1)?.priority).toBe(1);
  });

  test('once it is over, the next repeat pings by a line of its own, and so does a graver one', async () => {
    await stage.activate(teamOf({ alerts: { P1: { mention: ['jon'] }, P2: { mention: ['ana'] } } }), workflowOf());
    const start = stage.ground.clock.now();
    onTestFinished(() => stage.ground.clock.jump(start));
    const id = await raise();
    const said = new Set<string>();
    /** Whom the lines ping that were not posted before. */
    const told = async () => {
      const fact = await alertFact(stage.ground, id);
      const lines = alertThread(fact, { now: stage.ground.clock.now(), zone: 'Europe/Berlin' });
      const fresh = lines.filter(({ key }) => !said.has(key));
      for (const { key } of fresh) said.add(key);
      return fresh.map(({ view }) => view.mentions);
    };
    const again = async (over: Partial<AlertToRaise> = {}) => {
      stage.ground.clock.advance(1000);
      await raise(over);
      return told();
    };
    const silence = () => silenceAlert(stage.ground, { ...by('jon', id), forMs: HOUR, reason: 'ledger moves' });
    expect(await again()).toEqual([['ana']]);
    await silence();
    expect([await told(), await again(), await again(), await again()]).toEqual([[], [], [], [[]]]);
    stage.ground.clock.advance(1000);
    await endSilence(stage.ground, by('jon', id));
    expect([await told(), await again(), await again()]).toEqual([[], [['ana']], []]);
    await silence();
    await told();
    stage.ground.clock.advance(HOUR);
    // Before any clock has looked.
    expect([await told(), await again()]).toEqual([[], [['ana']]]);
    await endSilences(stage.ground, stage.ground.clock.now());
    expect([await told(), await again()]).toEqual([[], []]);
    await silence();
    await told();
    expect([await again({ severity: 'P1' }), await again({ severity: 'P1' })]).toEqual([[['jon']], []]);
  });

  test('a second one is refused with the first; it can be ended before its time', async () => {
    const id = await raise();
    const silence = (person: string) =>
      silenceAlert(stage.ground, { ...by(person, id), forMs: HOUR, reason: 'ledger moves.' });
    const clicks = await Promise.allSettled(Array.from({ length: 10 }, () => silence('ana')));
    expect(clicks.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await expect(silence('jon')).rejects.toThrow(
      `A-${id} is silenced until today 07:00 (Europe/Berlin) by Ana: ledger moves. Nothing changed. To end it before: alert silence A-${id} off.`,
    );
    await endSilence(stage.ground, by('jon', id));
    await expect(endSilence(stage.ground, by('jon', id))).rejects.toThrow(`A-${id} is not silenced.`);
    await silence('jon');
    expect((await alert(id)).silenced_by).toBe('jon');
  });

  test.each([0, -1, 59_999, 30 * 24 * HOUR + 1, Number.NaN, Number.POSITIVE_INFINITY])(
    'for %s ms is refused',
    async (forMs) => {
      const id = await raise();
      await expect(silenceAlert(stage.ground, { ...by('ana', id), forMs, reason: 'x' })).rejects.toMatchObject({
        code: 'invalid',
      });
      expect((await alert(id)).silenced_until).toBeNull();
    },
  );

  test('needs a reason, a right, and an alert that is not over', async () => {
    const id = await raise();
    const silence = (person: string, reason: string) =>
      silenceAlert(stage.ground, { ...by(person, id), forMs: HOUR, reason });
    await expect(silence('ana', ' \0 ')).rejects.toMatchObject({ code: 'invalid' });
    await expect(silence('ana', 'x'.repeat(501))).rejects.toThrow('501 characters; 500 is the most');
    await expect(silence('vic', 'x')).rejects.toThrow('You may not silence alerts of brief.');
    await resolveAlert(stage.ground, { ...by('jon', id), reason: 'done' });
    await expect(silence('ana', 'x')).rejects.toThrow('was resolved by Jon');
  });
});

describe('resolve', () => {
  test('closes it with a reason; what fails again is a new alert', async () => {
    const id = await raise();
    const done = await resolveAlert(stage.ground, { ...by('jon', id), reason: ' spec fixed ' });
    expect(done.state).toBe('resolved');
    expect(await alert(id)).toMatchObject({ state: 'resolved', ended_by: 'jon', ended_reason: 'spec fixed' });
    expect((await trail()).at(-1)).toMatchObject({ act: 'alert.resolved', data: { reason: 'spec fixed' } });
    expect(await raise()).not.toBe(id);
    await expect(resolveAlert(stage.ground, { ...by('maya', id), reason: 'again' })).rejects.toThrow(
      `A-${id} was resolved by Jon today 06:00: spec fixed. Nothing changed.`,
    );
  });

  test('of many at once one closes it', async () => {
    const id = await raise();
    const acts = await Promise.allSettled(
      ['jon', 'maya', 'sam', 'ana'].map((person) => resolveAlert(stage.ground, { ...by(person, id), reason: 'done' })),
    );
    expect(acts.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  });

  test('needs a reason and a right; on call alone is not enough', async () => {
    await stage.activate(teamOf({ on_call: { rota: ['vic'], starts: '2026-11-02T09:00', shift: '1w' } }), workflowOf());
    const id = await raise();
    await expect(resolveAlert(stage.ground, { ...by('jon', id), reason: '' })).rejects.toMatchObject({
      code: 'invalid',
      message: `Say why you resolve A-${id}; the others will read it. Nothing changed.`,
    });
    await expect(resolveAlert(stage.ground, { ...by('vic', id), reason: 'x' })).rejects.toMatchObject({
      code: 'refused',
    });
  });

  test('what people write about closed work stays out of the trail', async () => {
    await stage.activate(teamOf(), workflowOf({ data_class: 'confidential' }));
    const id = await raise();
    await resolveAlert(stage.ground, { ...by('jon', id), reason: 'the Meyer file was wrong' });
    expect(JSON.stringify(await trail())).not.toContain('Meyer');
  });

  test('the alert of a parked run stays while the run waits for its answer', async () => {
    const run = await stage.ended(undefined, { state: 'parked', status: null });
    const id = await raise({ kind: 'PARKED', key: `PARKED:${run.id}`, run_id: run.id });
    await expect(resolveAlert(stage.ground, { ...by('jon', id), reason: 'x' })).rejects.toThrow(
      `say unpark ${run.id} with done, repeat or fail`,
    );
    await stage.db.updateTable('runs').set({ state: 'ended', status: 'FAILED' }).where('id', '=', run.id).execute();
    await resolveAlert(stage.ground, { ...by('jon', id), reason: 'x' });
  });
});

test('alerts are named A-57, a-57 or 57, and nothing else', () => {
  for (const text of ['A-57', 'a-57', ' 57 ']) expect(parseAlertId(text)).toBe(57);
  for (const text of ['', 'A', 'R-57', 'A-0', '57x', '9'.repeat(16), '-57']) {
    expect(() => parseAlertId(text)).toThrow(CoworkError);
  }
});

describe('what people wrote about closed work', () => {
  const REASON = 'Layoffs in Lyon';

  test.each([
    ['ran as confidential', {}, { data_class: 'confidential' }],
    ['is confidential since', { data_class: 'confidential' }, {}],
  ] as const)('stays out of refusals where it %s', async (_, today, began) => {
    const run = await stage.ended(undefined, began);
    await stage.activate(teamOf(), workflowOf(today));
    const id = await raise({ run_id: run.id });
    const refusal = (act: Promise<unknown>) => act.then(String, (error: Error) => error.message);
    const silence = (person: string) =>
      silenceAlert(stage.ground, { ...by(person, id), forMs: 3_600_000, reason: REASON });
    await silence('maya');
    expect(await refusal(silence('sam'))).toBe(
      `A-${id} is silenced until today 07:00 (Europe/Berlin) by Maya. Nothing changed. To end it before: alert silence A-${id} off.`,
    );
    await resolveAlert(stage.ground, { ...by('maya', id), reason: REASON });
    const over = `A-${id} was resolved by Maya today 06:00. Nothing changed.`;
    expect(await refusal(acknowledgeAlert(stage.ground, by('sam', id)))).toBe(over);
    expect(await refusal(assignAlert(stage.ground, { ...by('sam', id), to: 'ana' }))).toBe(over);
    expect(await refusal(silence('sam'))).toBe(over);
    expect(await refusal(endSilence(stage.ground, by('sam', id)))).toBe(over);
    expect(await refusal(resolveAlert(stage.ground, { ...by('sam', id), reason: 'x' }))).toBe(over);
    expect(await refusal(rerunAlert(stage.ground, by('sam', id)))).toBe(over);
  });

  test('is the product’s own where it recovered, and is said', async () => {
    const run = await stage.ended(undefined, { data_class: 'confidential' });
    const id = await raise({ run_id: run.id });
    await stage.db
      .transaction()
      .execute((tx) => recoverAlerts(tx, stage.ground.clock.now(), ['FAIL:brief'], { run_id: 'r-9' }));
    await expect(acknowledgeAlert(stage.ground, by('sam', id))).rejects.toThrow(': run r-9 is fine. Nothing changed.');
  });
});
