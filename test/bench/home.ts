import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ground } from '#src/ground.ts';
import { activate } from '#src/workflows/activate.ts';
import { problemText } from '#src/workflows/files/problem.ts';
import type { Snapshot } from '#src/workflows/home.ts';
import { loadHome } from '#src/workflows/load.ts';
import { syncSchedules } from '#src/workflows/schedule-sync.ts';

const TEAM = {
  team: 'Bench',
  timezone: 'UTC',
  people: {
    maya: { name: 'Maya Lindt', email: 'maya@bench.example', roles: ['owner', 'approver'] },
    jon: { name: 'Jon Okafor', email: 'jon@bench.example', roles: ['admin', 'approver'] },
    ana: {
      ...{ name: 'Ana Ruiz', email: 'ana@bench.example', roles: ['approver', 'scheduler'] },
      ...{ slack: 'U0BENCHANA', discord: '310000000000000003' },
    },
  },
  groups: { leads: ['maya', 'jon', 'ana'] },
  reviews: { ops_lead: 'jon' },
  sandbox: 'optional',
};

const SKILL = {
  skill: 'page-v1',
  owner: 'maya',
  task: 'Write a page.',
  action: 'Write one line.',
  result: 'page.md',
  runner: { kind: 'command', run: ['node', 'main.mjs'] },
  access: { read: ['inputs', 'steps'] },
  rollback: 'None.',
};

/** What the skill does: as little as a skill can. */
export const SKILL_PROGRAM = `import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
writeFileSync(join(process.env.COWORK_OUT, 'page.md'), 'Revenue 3\\n');
`;

/** A workflow of one step; `more` are further keys of its file. */
export const workflowFile = (name: string, more: Record<string, unknown> = {}): Record<string, unknown> => ({
  workflow: name,
  title: name,
  outcome: 'A page.',
  owner: 'maya',
  steps: [{ id: 'write', skill: 'page-v1' }],
  review: { approvers: ['leads'], brief: ['Revenue equals the ledger'] },
  ...more,
});

/** Writes a home as people do, in files (JSON is YAML too); `team` are further keys of `cowork.yaml`. Returns its folder. */
export async function writeHome(
  root: string,
  workflows: readonly Record<string, unknown>[],
  team: Record<string, unknown> = {},
): Promise<string> {
  const skill = join(root, 'skills', 'page-v1');
  for (const folder of [skill, join(root, 'workflows')]) await mkdir(folder, { recursive: true });
  await writeFile(join(root, 'cowork.yaml'), JSON.stringify({ ...TEAM, ...team }));
  await writeFile(join(skill, 'SKILL.md'), '---\nname: page\ndescription: Writes a page.\n---\nWrites a page.\n');
  await writeFile(join(skill, 'spec.yaml'), JSON.stringify(SKILL));
  await writeFile(join(skill, 'main.mjs'), SKILL_PROGRAM);
  for (const workflow of workflows)
    await writeFile(join(root, 'workflows', `${workflow.workflow}.yaml`), JSON.stringify(workflow));
  return root;
}

/** Reads a home from disk and puts it in force, as a start does. */
export async function putInForce(ground: Ground, root: string): Promise<Snapshot> {
  const loaded = await loadHome(root);
  if (!loaded.ok) throw new Error(loaded.problems.map(problemText).join('\n'));
  return activate(ground, loaded.home, syncSchedules);
}
