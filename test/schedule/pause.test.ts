import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { pause, resume } from '#src/runs/pause.ts';
import { openPauses } from '#src/runs/pause-state.ts';
import { tick } from '#src/runs/tick.ts';
import { aHome, alertsOf, aTeam, auditOf, aWorkflow, aWorld, runsOf, slotsOf, type World } from './setup.ts';

let world: World;
beforeEach(async () => {
  world = await aWorld('2026-11-23T05:10:00Z');
  const workflows = ['alpha', 'beta'].map((name) => aWorkflow(name, { cron: '0 * * * *' }));
  await world.activate(aHome(workflows));
});
afterEach(() => world.close());

const beatAt = async (at: string) => {
  world.ground.clock.jump(`2026-11-23T${at}Z`);
  const report = await tick(world.ground, world.ports);
  expect(report.failures).toEqual([]);
  return report;
};
const by = (person: string | null, workflow: string | null = 'alpha') =>
  ({ workflow, person, via: 'console', operator: null, reason: 'ledger moves' }) as const;
const code = (wanted: string, message: RegExp) => ({ code: wanted, message: expect.stringMatching(message) });

describe('a pause', () => {
  test('of one workflow skips its slots quietly, and no others', async () => {
    await pause(world.ground, by('maya'));
    expect(await beatAt('06:00:01')).toMatchObject({ started: 1, skipped: 1, missed: 0 });
    expect(await slotsOf(world, 'alpha')).toEqual([['06:00', 'skipped', 'pause']]);
    expect(await runsOf(world, 'beta')).toHaveLength(1);
    expect(await alertsOf(world)).toEqual([]);
    expect(await auditOf(world, 'schedule.paused')).toMatchObject([
      { actor: 'maya', via: 'console', workflow: 'alpha', data: { reason: 'ledger moves' } },
    ]);
    expect((await world.database.db.selectFrom('outbox').selectAll().execute())[0]?.notice).toMatchObject({
      kind: 'pause',
    });
  });

  test('of all skips all, and its slots do not catch up when it ends', async () => {
    await pause(world.ground, by('jon', null));
    await beatAt('06:00:01');
    await resume(world.ground, by('jon', null));
    expect(await beatAt('06:30:00')).toMatchObject({ started: 0, missed: 0 });
    expect(await beatAt('07:00:01')).toMatchObject({ started: 2 });
  });

  test('that nobody ticked through counts for the slots it covered, and for those only', async () => {
    await pause(world.ground, { ...by('maya'), until: new Date('2026-11-23T07:30:00Z') });
    expect(await beatAt('09:30:00')).toMatchObject({ started: 2 });
    expect((await slotsOf(world, 'alpha')).map(([at, state]) => `${at} ${state}`)).toEqual([
      '06:00 skipped',
      '07:00 skipped',
      '08:00 missed',
      '09:00 claimed',
    ]);
  });

  test('ends by itself, once, with a word in the trail', async () => {
    await pause(world.ground, { ...by('maya'), until: new Date('2026-11-23T06:00:00Z') });
    world.ground.clock.jump('2026-11-23T06:00:01Z');
    const reports = await Promise.all([1, 2, 3].map(() => tick(world.ground, world.ports)));
    expect(reports.reduce((sum, report) => sum + report.started, 0)).toBe(2);
    expect(await auditOf(world, 'schedule.resumed')).toMatchObject([{ actor: 'service', workflow: 'alpha' }]);
    expect(await openPauses(world.database.db, world.ground.clock.now())).toEqual([]);
  });

  test('holds back a first run, which comes when it ends', async () => {
    await pause(world.ground, by('jon', null));
    await world.activate(aHome([aWorkflow('eager', { cron: '0 0 * * *', first: 'on_start' })]));
    expect(await beatAt('05:11:00')).toMatchObject({ started: 0 });
    await resume(world.ground, by('jon', null));
    expect(await beatAt('05:12:00')).toMatchObject({ started: 1 });
  });
});

describe('who may', () => {
  test('the owner, a scheduler, an admin, whoever is on call; not a viewer, a stranger, nobody', async () => {
    for (const person of ['maya', 'ana', 'jon']) {
      await pause(world.ground, by(person));
      await resume(world.ground, by(person));
    }
    await expect(pause(world.ground, by('eve'))).rejects.toMatchObject(code('refused', /You may not pause alpha/));
    await expect(pause(world.ground, by('mallory'))).rejects.toMatchObject(code('refused', /not listed/));
    await expect(pause(world.ground, by(null))).rejects.toMatchObject({ code: 'refused' });
    const onCall = { rota: ['eve'], starts: '2026-01-01', shift: '1w' };
    await world.activate(aHome([aWorkflow('alpha', { cron: '0 * * * *' })], aTeam({ on_call: onCall })));
    await pause(world.ground, by('eve'));
    await expect(resume(world.ground, by('eve'))).rejects.toMatchObject({ code: 'refused' });
  });

  test('only an admin pauses or resumes all', async () => {
    for (const person of ['maya', 'ana', 'eve'])
      await expect(pause(world.ground, by(person, null))).rejects.toMatchObject(code('refused', /Jon can/));
    await pause(world.ground, by('jon', null));
    for (const person of ['maya', 'ana', null])
      await expect(resume(world.ground, by(person, null))).rejects.toMatchObject({ code: 'refused' });
  });

  test('the operator at the CLI speaks for the service, and the trail names the operator', async () => {
    await pause(world.ground, { ...by(null), via: 'cli', operator: 'root' });
    expect(await auditOf(world, 'schedule.paused')).toMatchObject([{ actor: 'service', operator: 'root', via: 'cli' }]);
    await expect(pause(world.ground, { ...by('eve', 'beta'), via: 'cli', operator: 'root' })).rejects.toMatchObject({
      code: 'refused',
    });
  });
});

describe('what is refused', () => {
  test('no reason, a novel, an end that has passed, an unknown workflow', async () => {
    await expect(pause(world.ground, { ...by('maya'), reason: '  ' })).rejects.toMatchObject(
      code('invalid', /Say why/),
    );
    await expect(pause(world.ground, { ...by('maya'), reason: 'x'.repeat(501) })).rejects.toMatchObject({
      code: 'invalid',
    });
    await expect(pause(world.ground, { ...by('maya'), until: new Date('2026-11-23T05:10:00Z') })).rejects.toMatchObject(
      code('invalid', /has passed/),
    );
    await expect(pause(world.ground, by('jon', 'alpa'))).rejects.toMatchObject(code('not_found', /alpha, beta/));
    await expect(pause(world.ground, by('jon', 'constructor'))).rejects.toMatchObject({ code: 'not_found' });
    expect(await auditOf(world, 'schedule.paused')).toEqual([]);
  });

  test('pausing twice names who did it; ten at once make one pause', async () => {
    await pause(world.ground, by('jon'));
    await expect(pause(world.ground, by('maya'))).rejects.toMatchObject(
      code('conflict', /alpha is already paused by Jon since 2026-11-23 06:10 \(Europe\/Berlin\): ledger moves/),
    );
    const tries = Array.from({ length: 10 }, () => pause(world.ground, by('jon', null)));
    const done = await Promise.allSettled(tries);
    expect(done.filter((each) => each.status === 'fulfilled')).toHaveLength(1);
    expect(await auditOf(world, 'schedule.paused')).toHaveLength(2);
  });

  test('a pause whose end has come does not stand in the way of a new one', async () => {
    await pause(world.ground, { ...by('maya'), until: new Date('2026-11-23T05:20:00Z') });
    world.ground.clock.jump('2026-11-23T05:20:00Z');
    await pause(world.ground, by('maya'));
    expect(await openPauses(world.database.db, world.ground.clock.now())).toHaveLength(1);
  });

  test('resuming what is not paused, or what is held by the pause of all', async () => {
    await expect(resume(world.ground, by('maya'))).rejects.toMatchObject(code('conflict', /^alpha is not paused/));
    await expect(resume(world.ground, by('jon', null))).rejects.toMatchObject({ code: 'conflict' });
    await pause(world.ground, by('jon', null));
    await expect(resume(world.ground, by('maya'))).rejects.toMatchObject(
      code('conflict', /everything is paused by Jon.*Resume all/),
    );
    await pause(world.ground, by('maya'));
    expect(await resume(world.ground, by('maya'))).toMatchObject({ stays: [{ workflow: null }] });
    await pause(world.ground, by('jon', 'beta'));
    expect(await resume(world.ground, by('jon', null))).toMatchObject({ stays: [{ workflow: 'beta' }] });
    await expect(resume(world.ground, by('jon', null))).rejects.toMatchObject(code('conflict', /by themselves: beta/));
  });

  test('a workflow that is gone can still be resumed', async () => {
    await pause(world.ground, by('jon'));
    await world.activate(aHome([aWorkflow('beta', { cron: '0 * * * *' })]));
    await expect(resume(world.ground, by('ana'))).resolves.toMatchObject({ stays: [] });
  });
});
