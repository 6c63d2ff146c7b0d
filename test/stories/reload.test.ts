import { describe, expect, test } from 'vitest';
import { asYaml, NODE, TEAM } from './home.ts';
import { World } from './world.ts';

describe('an edit of the home while an item waits', () => {
  test('that would loosen it does not', async () => {
    await using world = await World.open({
      workflows: { brief: { tier: 'T3', review: { approvers: ['ana', 'jon'] }, production: 'reports/{run_id}/' } },
    });
    const run = await world.runToEnd('brief', '--as', 'maya');
    await world.putWorkflow('brief', {
      tier: 'T0',
      review: { approvers: ['leads'] },
      production: 'elsewhere/{run_id}/',
    });
    await world.taken();
    // New runs go by the new words; the open item still takes two of the two it was opened for.
    expect(await world.runToEnd('brief')).toMatchObject({
      route: 'promoted',
      promoted_to: expect.stringMatching(/^production\/elsewhere\//),
    });
    const hash = run.output_hash ?? '';
    expect((await world.approve('R-1', hash, 'maya')).code).toBe(2);
    expect(await world.approve('R-1', hash, 'ana')).toMatchObject({ code: 0, json: { state: 'open', quorum: 2 } });
    expect(await world.files('production/reports')).toEqual({});
    expect(await world.approve('R-1', hash, 'jon')).toMatchObject({ code: 0, json: { state: 'approved' } });
    await world.until('production', async () => (await world.run(run.run_id)).promoted_to);
    expect(await world.run(run.run_id)).toMatchObject({ promoted_to: `production/reports/${run.run_id}` });
  });

  test('that tightens it does: a higher tier, fewer approvers', async () => {
    await using world = await World.open({ workflows: { brief: { tier: 'T2' } } });
    const run = await world.runToEnd('brief');
    const hash = run.output_hash ?? '';
    await world.putWorkflow('brief', { tier: 'T3', review: { approvers: ['maya', 'jon'] } });
    await world.taken();
    expect(await world.approve('R-1', hash, 'ana')).toMatchObject({
      code: 2,
      err: expect.stringMatching(/^You may not approve brief\./),
    });
    expect(await world.approve('R-1', hash, 'maya')).toMatchObject({ code: 0, json: { state: 'open', quorum: 2 } });
    expect(await world.approve('R-1', hash, 'jon')).toMatchObject({ code: 0, json: { state: 'approved' } });
  });

  test('that removes a person takes their approval, their session and their right along', async () => {
    await using world = await World.open({ workflows: { brief: { tier: 'T3' } } });
    const run = await world.runToEnd('brief');
    const hash = run.output_hash ?? '';
    expect((await world.approve('R-1', hash, 'ana')).code).toBe(0);
    const ana = await world.browser('ana');
    expect((await ana.get('/')).text).toContain('Ana Ruiz');
    const { ana: _, ...people } = TEAM.people;
    await world.put('cowork.yaml', asYaml({ ...TEAM, people, groups: { leads: ['maya', 'jon'] } }));
    await world.taken();
    expect((await ana.get('/')).text).not.toContain('Signed in as <strong>Ana Ruiz');
    const left = await world.approve('R-1', hash, 'ana');
    expect(left).toMatchObject({ code: 2, err: expect.stringContaining('cowork.yaml') });
    // Ana's approval has gone with her: one more is not enough.
    expect(await world.approve('R-1', hash, 'maya')).toMatchObject({ json: { state: 'open', approvals: ['maya'] } });
    expect(await world.approve('R-1', hash, 'jon')).toMatchObject({
      json: { state: 'approved', approvals: ['maya', 'jon'] },
    });
    await world.until('production', async () => (await world.run(run.run_id)).promoted_to);
    const flag = JSON.parse(await world.read(`production/brief/${run.run_id}/approval.flag`));
    expect(flag.approvals.map((one: { approver: string }) => one.approver)).toEqual([
      'maya@acme.example',
      'jon@acme.example',
    ]);
  });

  test('that removes its workflow leaves the item to be decided', async () => {
    await using world = await World.open({ workflows: { brief: {}, other: {} } });
    const run = await world.runToEnd('brief');
    const { rm } = await import('node:fs/promises');
    await rm(`${world.home}/workflows/brief.yaml`);
    await world.taken();
    expect((await world.cli('run', 'brief')).code).toBe(2);
    expect(await world.approve('R-1', run.output_hash ?? '', 'ana')).toMatchObject({ code: 0 });
    await world.until('production', async () => (await world.run(run.run_id)).promoted_to);
    expect((await world.cli('runs', 'brief', '--json')).json).toHaveLength(1);
  });
});

test('a broken edit keeps the old home in force, and status and page say where it is broken', async () => {
  await using world = await World.open();
  const before = (await world.ground.homes.active()).id;
  await world.put('workflows/brief.yaml', asYaml({ workflow: 'brief', title: 'x', outcom: 'y', owner: 'maja' }));
  await world.until('the problem on the page', async () => {
    world.clock.put(1000);
    return (await (await world.browser()).get('/today')).text.includes('workflows/brief.yaml');
  });
  const { code, json } = await world.cli('status', '--json');
  expect(code).toBe(0);
  expect(json.green).toBe(false);
  expect(json.home_problems.join('\n')).toMatch(/^workflows\/brief\.yaml:4:\d+: .*outcom.*outcome/m);
  expect(json.home_problems.join('\n')).toMatch(/maja.*maya/);
  expect((await world.cli('check')).code).toBe(1);
  expect((await world.ground.homes.active()).id).toBe(before);
  expect(await world.runToEnd('brief')).toMatchObject({ status: 'SUCCESS' });

  await world.putWorkflow('brief', { title: 'Mended' });
  await world.taken();
  expect((await world.cli('status', '--json')).json).toMatchObject({ green: true, home_problems: [] });
});

test('a run keeps the definition and the skill it started with', async () => {
  await using world = await World.open({
    workflows: {
      brief: {
        tier: 'T0',
        steps: [
          { id: 'wait', skill: 'wait-v1' },
          { id: 'write', skill: 'write-v1', needs: ['wait'] },
        ],
      },
    },
    skills: {
      'wait-v1': `${NODE} await new Promise((resolve) => setTimeout(resolve, 1500)); write('x', 'x');`,
      'write-v1': `${NODE} write('brief.md', 'old');`,
    },
  });
  const id = await world.begin('brief');
  await world.reaches(id, 'running');
  await world.putSkill('write-v1', `${NODE} write('brief.md', 'new');`);
  await world.taken();
  const run = await world.ended(id);
  expect(await world.read(run.promoted_to ?? '', 'brief.md')).toBe('old');
  const next = await world.runToEnd('brief');
  expect(await world.read(next.promoted_to ?? '', 'brief.md')).toBe('new');
});
