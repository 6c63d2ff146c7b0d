import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { asYaml, NODE, TEAM } from './home.ts';
import { World } from './world.ts';

test('a home with everything wrong is refused with every fault at its place, and the one in force stays', async () => {
  await using world = await World.open({ workflows: { brief: { tier: 'T0' } } });
  await world.put('workflows/torn.yaml', 'workflow: torn\n  title: "never closed\n');
  await world.putWorkflow('keys', { schedual: { cron: '0 6 * * *' }, tier: 'T4' });
  await world.putWorkflow('names', {
    owner: 'maja',
    steps: [{ id: 'write', skill: 'wirte-v1' }],
    review: { approvers: ['leeds'] },
  });
  await world.putWorkflow('circle', {
    steps: [
      { id: 'a', skill: 'write-v1', needs: ['b'] },
      { id: 'b', skill: 'write-v1', needs: ['a'] },
    ],
  });
  await world.putWorkflow('six', { schedule: { cron: '0 0 6 * * 1' } });
  await world.putWorkflow('both', { schedule: { cron: '0 6 1 * 1' } });
  await world.putWorkflow('zone', { schedule: { cron: '0 6 * * 1', timezone: 'Europe/Berlinn' } });
  await world.putWorkflow('leaves', { production: '../elsewhere/' });
  await world.putWorkflow('secret', { data_class: 'restricted', tier: 'T2' });
  await world.putWorkflow('alone', { tier: 'T3', review: { approvers: ['ana'] } });
  await world.putWorkflow('mail', { deliver: [{ id: 'mail', skill: 'write-v1' }] });

  const { code, out } = await world.cli('check');
  expect(code).toBe(1);
  const lines = out.split('\n');
  const faults: [string, RegExp][] = [
    ['torn', /a quote is opened and not closed/],
    ['keys', /schedual.*schedule/],
    ['keys', /tier must be one of T0, T1, T2, T3/],
    ['names', /maja.*maya/],
    ['names', /wirte-v1.*write-v1/],
    ['names', /leeds.*leads/],
    ['circle', /circle: a needs b needs a/],
    ['six', /six fields.*"0 6 \* \* 1"/],
    ['both', /both the day of month \(1\) and the day of week/],
    ['zone', /Europe\/Berlinn.*Europe\/Berlin/],
    ['leaves', /must be a path inside its folder/],
    ['secret', /restricted data needs tier T3/],
    ['alone', /may need 2 approvals.*only ana can/],
    ['mail', /deliver is not built yet/],
  ];
  for (const [workflow, words] of faults) {
    const told = lines.filter((line) => line.startsWith(`workflows/${workflow}.yaml:`));
    expect(
      told.some((line) => words.test(line)),
      `${workflow} ${words}:\n${out}`,
    ).toBe(true);
    for (const line of told) expect(line).toMatch(/^workflows\/[a-z]+\.yaml:\d+:\d+: \S/);
  }
  // Nothing of the edit is taken, and the product goes on with what it had.
  await world.until('the edit refused', async () => {
    world.clock.put(1000);
    return (await (await world.browser()).get('/today')).text.includes('workflows/torn.yaml');
  });
  expect(await world.runToEnd('brief')).toMatchObject({ route: 'promoted' });
  await world.stop();
  await world.start();
  expect(await world.runToEnd('brief')).toMatchObject({ route: 'promoted' });
});

test('a home that is broken from the start is no start, and says why', async () => {
  await expect(World.open({ team: { timezone: 'Mars/Olympus', people: {} } })).rejects.toThrow(
    /^The home .* has .*problems? and was not loaded:\ncowork\.yaml:\d+:\d+: .*/,
  );
});

test('fewer approvers than a tier could need', async () => {
  await using world = await World.open({ workflows: { brief: { tier: 'T0' } } });
  const people = { ...TEAM.people, ana: { ...TEAM.people.ana, roles: ['viewer'] } };
  await world.put('cowork.yaml', asYaml({ ...TEAM, people, groups: { leads: ['ana'] } }));
  const { code, out } = await world.cli('check');
  // Even T0 could need one, since a warning raises it.
  expect(code).toBe(1);
  expect(out).toMatch(/workflows\/brief\.yaml:\d+:\d+: .*approve/);
});

/** A word in the arguments of a process that a skill leaves behind; no other process has it. */
const STRAY = `6${process.pid}${Math.floor(Math.random() * 1000)}`;

const SKILLS: Record<string, { program: string; error: RegExp; limits?: Record<string, number> }> = {
  crashes: { program: '#!/bin/sh\nexit 7\n', error: /^SkillExit: .*7/ },
  killed: { program: '#!/bin/sh\nkill -9 $$\n', error: /^SkillExit: / },
  absent: { program: '#!/bin/sh\nexec no-such-program\n', error: /^SkillExit: / },
  nothing: { program: '#!/bin/sh\ntrue\n', error: /^OutputRefused: the run left no outputs/ },
  link: { program: '#!/bin/sh\nln -s /etc/passwd "$COWORK_OUT/x.md"\n', error: /^OutputRefused: .*x\.md/ },
  folder_link: { program: '#!/bin/sh\nln -s / "$COWORK_OUT/root"\n', error: /^OutputRefused: .*root/ },
  device: { program: '#!/bin/sh\nmkfifo "$COWORK_OUT/pipe"\n', error: /^OutputRefused: .*pipe/ },
  dots: { program: '#!/bin/sh\necho x > "$COWORK_OUT/a..b"\n', error: /^OutputRefused: .*\.\./ },
  dash: { program: '#!/bin/sh\necho x > "$COWORK_OUT/-rf"\n', error: /^OutputRefused: .*-rf/ },
  control: { program: `${NODE} write('two\\nlines', 'x');`, error: /^OutputRefused: / },
  flag: { program: '#!/bin/sh\necho "{}" > "$COWORK_OUT/approval.flag"\n', error: /^OutputRefused: .*approval\.flag/ },
  own: {
    program: '#!/bin/sh\nmkdir "$COWORK_OUT/.cowork"; echo "{}" > "$COWORK_OUT/.cowork/manifest.json"\n',
    error: /^OutputRefused: .*\.cowork/,
  },
  many: {
    program: `${NODE} for (let n = 0; n < 3000; n += 1) write('f' + n, 'x');`,
    error: /^OutputRefused: /,
    limits: { files: 100 },
  },
  large: {
    program: `${NODE} write('large.txt', 'x'.repeat(3_000_000));`,
    error: /^OutputRefused: /,
    limits: { bytes: 1_000_000 },
  },
};

test('skills that misbehave fail each with its class, an alert, and nothing in production', async () => {
  const names = Object.keys(SKILLS).map((name) => name.replace('_', '-'));
  const of = (name: string) => SKILLS[name.replace('-', '_')];
  await using world = await World.open({
    workflows: {
      ...Object.fromEntries(
        names.map((name) => [
          name,
          { tier: 'T0', steps: [{ id: 'write', skill: `${name}-v1` }], limits: { ...of(name)?.limits } },
        ]),
      ),
      good: { tier: 'T0' },
    },
    skills: Object.fromEntries(names.map((name) => [`${name}-v1`, of(name)?.program ?? ''])),
  });
  const ids: Record<string, string> = {};
  for (const name of [...names, 'good']) ids[name] = await world.begin(name);
  for (const name of names) {
    const run = await world.ended(ids[name] ?? '');
    expect(run, name).toMatchObject({ status: 'FAILED', route: 'failed', output_hash: null, promoted_to: null });
    expect(`${run.error?.class}: ${run.error?.message}`).toMatch(of(name)?.error ?? /never/);
  }
  expect((await world.openAlerts()).map((alert) => alert.key).sort()).toEqual(
    names.map((name) => `FAIL:${name}`).sort(),
  );
  // The one that behaves is not held up by its neighbours.
  expect(await world.ended(ids.good ?? '')).toMatchObject({ status: 'SUCCESS', route: 'promoted' });
  expect(Object.keys(await world.files('production')).every((path) => path.startsWith('good/'))).toBe(true);
  expect(readdirSync(join(world.data, 'work'))).toEqual([]);
});

/** Command lines of every process that this user may see. */
const commandLines = () =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'utf8');
      } catch {
        return '';
      }
    });

test('what a skill prints without end, leaves running or looks for outside comes to nothing', async () => {
  await using world = await World.open({
    workflows: {
      flood: { tier: 'T0', steps: [{ id: 'write', skill: 'flood-v1' }], limits: { log_bytes: 10_000 } },
      stray: { tier: 'T0', steps: [{ id: 'write', skill: 'stray-v1' }] },
      peek: {
        tier: 'T0',
        steps: [{ id: 'write', skill: 'peek-v1' }],
        inputs: { ledger: { file: 'inbox/ledger.csv' } },
      },
    },
    skills: {
      'flood-v1': '#!/bin/sh\nhead -c 20000000 /dev/zero | tr "\\0" "x"\necho done > "$COWORK_OUT/brief.md"\n',
      'stray-v1': `#!/bin/sh\nnohup sleep ${STRAY} >/dev/null 2>&1 &\n(setsid sleep ${STRAY} >/dev/null 2>&1 &)\necho done > "$COWORK_OUT/brief.md"\n`,
      'peek-v1': {
        program: `${NODE}
          const tried = (act) => { try { return act(); } catch (error) { return error.code ?? 'refused'; } };
          write('env.json', JSON.stringify(Object.keys(process.env)));
          write('seen.json', JSON.stringify({
            home: tried(() => readFileSync(${JSON.stringify('HOME/cowork.yaml')}, 'utf8').length),
            data: tried(() => readdirSync(${JSON.stringify('DATA')}).length),
            input: tried(() => writeFileSync(inputs.ledger, 'forged')),
            skill: tried(() => writeFileSync(join(process.env.COWORK_SKILL, 'main.mjs'), 'forged')),
          }));`,
        spec: { access: { read: ['inputs'] } },
      },
    },
    files: { 'inbox/ledger.csv': 'a\n1\n' },
    env: { STORY_SECRET: 'not-for-skills' },
  });
  const flood = await world.runToEnd('flood');
  expect(flood).toMatchObject({ status: 'SUCCESS', route: 'promoted' });
  const logs = () => world.files(`archive/flood/${flood.run_id}/logs`);
  await world.until('the archive', async () => (await logs())['write.1.log']);
  const log = (await logs())['write.1.log'] ?? '';
  expect(log.length).toBeGreaterThan(0);
  expect(log.length).toBeLessThan(12_000);

  expect(await world.runToEnd('stray')).toMatchObject({ status: 'SUCCESS', route: 'promoted' });
  expect(commandLines().filter((line) => line.includes(STRAY))).toEqual([]);

  // The peeking skill is told the real paths of this story.
  const program = (await world.read('skills/peek-v1/main.mjs'))
    .replace('HOME/cowork.yaml', join(world.home, 'cowork.yaml'))
    .replace('"DATA"', JSON.stringify(world.data));
  await world.put('skills/peek-v1/main.mjs', program);
  await world.taken();
  const peek = await world.runToEnd('peek');
  expect(peek).toMatchObject({ status: 'SUCCESS' });
  const env = JSON.parse(await world.read(peek.promoted_to ?? '', 'env.json')) as string[];
  expect(env).not.toEqual(expect.arrayContaining(['STORY_SECRET']));
  expect(env.filter((name) => /DATABASE|SECRET|TOKEN|VITEST|npm_/.test(name))).toEqual([]);
  const { bubblewrap, nodePermissions } = world.product.fence;
  if (bubblewrap.holds || nodePermissions.holds) {
    const seen = JSON.parse(await world.read(peek.promoted_to ?? '', 'seen.json'));
    for (const [what, found] of Object.entries(seen)) expect(found, what).toMatch(/^[A-Z_]+$/);
  }
  expect(await world.read('inbox/ledger.csv')).toBe('a\n1\n');
});

test('production that cannot be written blocks with an alert, loses nothing, and goes on by itself', async () => {
  await using world = await World.open({ workflows: { brief: {} } });
  const run = await world.runToEnd('brief');
  // A file where the folder should be: even root cannot write into that.
  await rm(join(world.home, 'production'), { recursive: true, force: true });
  await writeFile(join(world.home, 'production'), 'in the way');
  expect((await world.approve('R-1', run.output_hash ?? '', 'ana')).code).toBe(0);
  await world.until('the alert', async () => (await world.openAlerts()).length === 1);
  expect(await world.openAlerts()).toMatchObject([
    {
      kind: 'BLOCKED',
      run_id: run.run_id,
      error_message: expect.stringContaining('They are kept, and it is tried again'),
    },
  ]);
  expect(await world.review('R-1')).toMatchObject({ state: 'approved' });
  await rm(join(world.home, 'production'));
  await world.until('production', async () => {
    await world.pass('15m');
    return (await world.run(run.run_id)).promoted_to;
  });
  expect(await world.sha256sum(`production/brief/${run.run_id}`, { production: true })).toBe(run.output_hash);
  expect(await world.openAlerts()).toEqual([]);
});

test('a staging folder that cannot be written fails the run in words, and the next one is well', async () => {
  await using world = await World.open({ workflows: { brief: { tier: 'T0' } } });
  await writeFile(join(world.home, 'staging'), 'in the way');
  const failed = await world.runToEnd('brief');
  expect(failed).toMatchObject({ status: 'FAILED', error: { class: 'Interrupted' } });
  expect(failed.error?.message).toMatch(/staging/);
  await rm(join(world.home, 'staging'));
  await mkdir(join(world.home, 'staging'));
  expect(await world.runToEnd('brief')).toMatchObject({ status: 'SUCCESS', route: 'promoted' });
  expect(await world.openAlerts()).toEqual([]);
});
