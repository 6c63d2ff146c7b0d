import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { RE2JS } from 're2js';
import { describe, expect, it } from 'vitest';
import { teamFile } from '#src/people/team.ts';
import { checkKinds } from '#src/workflows/definition.ts';
import { EXAMPLE, runWorkflow, SKILLS, skillOf, WORKFLOWS, workflowOf, yamlOf } from './run-steps.ts';

const all = WORKFLOWS.map((name) => workflowOf(name));

describe('the example home', () => {
  it('has a team in which every owner and approver exists', () => {
    const team = teamFile.parse(yamlOf('cowork.yaml'));
    const known = new Set([...Object.keys(team.people), ...Object.keys(team.groups)]);
    for (const workflow of all)
      expect([workflow.owner, ...workflow.review.approvers].filter((name) => !known.has(name))).toEqual([]);
    expect(team.sandbox).toBe('optional');
    expect(team.business_hours).toBeUndefined();
  });

  it('uses every skill it has and has every skill it uses', () => {
    const used = new Set(all.flatMap((workflow) => workflow.steps.map((step) => step.skill)));
    expect([...used].sort()).toEqual(SKILLS);
    for (const name of SKILLS) {
      const spec = skillOf(name);
      expect(spec.skill).toBe(name);
      expect(spec.signed_off?.by).not.toBe(spec.owner);
      expect(spec.access).toMatchObject({ network: [], write: ['out'], secrets: {} });
    }
  });

  it('gives each skill its own copy of the same kit, so that its hash covers all it runs', () => {
    const copies = SKILLS.map((name) => readFileSync(join(EXAMPLE, 'skills', name, 'kit.mjs'), 'utf8'));
    expect(new Set(copies).size).toBe(1);
  });

  it('names each skill as the Agent Skills format asks', () => {
    for (const name of SKILLS) {
      const text = readFileSync(join(EXAMPLE, 'skills', name, 'SKILL.md'), 'utf8');
      const [, matter = ''] = /^---\n([\s\S]*?)\n---\n/.exec(text) ?? [];
      expect(matter).toMatch(new RegExp(`^name: ${name.replace(/-v\d+$/, '')}$`, 'm'));
      expect(matter).toMatch(/^description: .{20,1000}$/m);
    }
  });

  it('shows every kind of check', () => {
    const used = new Set(all.flatMap((workflow) => workflow.checks.map((check) => check.kind)));
    const kinds = checkKinds.options.map((option) => option.shape.kind.value);
    expect([...used].sort()).toEqual([...kinds].sort());
  });

  it('does not flood a newcomer: what people must read starts once, then at most weekly', () => {
    for (const workflow of all.filter(({ tier, inputs }) => tier > 'T1' || 'new-york' in inputs))
      expect(workflow.schedule?.cron, workflow.workflow).toMatch(/^\d+ \d+ \* \* 1$/);
    const first = all.filter((workflow) => workflow.schedule?.first === 'on_start');
    expect(first.map((workflow) => workflow.tier).sort()).toEqual(['T0', 'T1', 'T1', 'T2', 'T2', 'T3']);
  });
});

describe('the numbers of each brief', () => {
  it.each(WORKFLOWS)('%s: every numbers_agree pattern finds the one number it is about', async (name) => {
    using run = await runWorkflow(name);
    for (const check of workflowOf(name).checks.filter((one) => one.kind === 'numbers_agree')) {
      const matcher = RE2JS.compile(check.pattern).matcher(run.last.read(check.file));
      expect(matcher.find(), check.name).toBe(true);
      const written = Number(matcher.group(1)?.replaceAll(',', ''));
      const path = check.source.pointer.split('/').slice(1);
      const computed = path.reduce<unknown>(
        (value, key) => (value as Record<string, unknown>)[key],
        JSON.parse(run.last.read(check.source.file)),
      );
      expect(written, check.name).toBe(computed);
      expect(matcher.find(), `${check.name} matches once`).toBe(false);
    }
  });
});
