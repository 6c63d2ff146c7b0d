import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const TEAM = `team: Crash
timezone: Europe/Berlin
people:
  maya: { name: Maya, email: maya@crash.example, roles: [owner, admin, approver, scheduler] }
  jon: { name: Jon, email: jon@crash.example, roles: [approver] }
  ana: { name: Ana, email: ana@crash.example, roles: [approver] }
channels: { cowork-ops: ['slack:C0OPS'], reviews: ['slack:C0REVIEWS'] }
alerts: { fallback: ['slack:C0SPARE'] }
digests: { daily: { cron: '*/5 * * * *' } }
sandbox: optional
`;

const skill = (name: string, effects: string) => `skill: ${name}
owner: maya
task: Leave a file.
action: Wait a moment, write.
result: out.txt
runner: { kind: command, run: [sh, main.sh] }
access: { read: [inputs, steps] }
effects: ${effects}
rollback: None needed.
`;

const SKILLS: Record<string, { script: string; effects?: string }> = {
  'write-v1': { script: 'sleep 0.1; echo "$COWORK_RUN_ID $COWORK_STEP" > "$COWORK_OUT/$COWORK_STEP.txt"' },
  'join-v1': { script: 'cat "$COWORK_STEPS"/*/*.txt > "$COWORK_OUT/out.txt"' },
  'flaky-v1': {
    script:
      'if [ "$COWORK_ATTEMPT" -lt 2 ]; then exit 75; fi; sleep 0.1; echo "$COWORK_RUN_ID" > "$COWORK_OUT/out.txt"',
  },
  'send-v1': { script: 'sleep 0.4; echo "$COWORK_RUN_ID" > "$COWORK_OUT/out.txt"', effects: 'external' },
  'fail-v1': { script: 'echo half > "$COWORK_OUT/half.txt"; sleep 0.1; exit 3' },
};

const common = (name: string, tier: string, schedule: string) => `workflow: ${name}
title: The ${name} workflow
outcome: A file.
owner: maya
tier: ${tier}
schedule: { ${schedule} }
review: { approvers: [maya, jon, ana] }
`;

const WORKFLOWS: Record<string, string> = {
  auto: `${common('auto', 'T0', 'cron: "* * * * *", catch_up: all, overlap: queue')}steps:
  - { id: left, skill: write-v1 }
  - { id: right, skill: write-v1 }
  - { id: both, skill: join-v1, needs: [left, right] }
checks:
  - { name: there, kind: required_files, files: [out.txt] }
`,
  single: `${common('single', 'T2', 'cron: "*/2 * * * *"')}steps: [{ id: only, skill: write-v1 }]
production: by-date/{date}/
`,
  double: `${common('double', 'T3', 'cron: "*/3 * * * *"')}steps: [{ id: only, skill: write-v1 }]
`,
  flaky: `${common('flaky', 'T1', 'cron: "*/3 * * * *"')}retries: { attempts: 3, backoff: 5s }
steps: [{ id: only, skill: flaky-v1 }]
`,
  external: `${common('external', 'T0', 'cron: "*/3 * * * *"')}steps: [{ id: send, skill: send-v1 }]
`,
  failing: `${common('failing', 'T2', 'cron: "*/4 * * * *"')}steps: [{ id: only, skill: fail-v1 }]
`,
  follow: `${common('follow', 'T0', 'cron: "*/3 * * * *"')}inputs:
  auto: { workflow: auto, file: out.txt, required: false }
steps: [{ id: only, skill: write-v1 }]
`,
};

/** A home whose workflows take every path: free, one and two approvals, retries, outside effects, failure, hand-off. */
export async function writeHome(root: string): Promise<void> {
  await mkdir(join(root, 'workflows'), { recursive: true });
  await chmod(root, 0o755);
  await writeFile(join(root, 'cowork.yaml'), TEAM);
  for (const [name, text] of Object.entries(WORKFLOWS)) await writeFile(join(root, 'workflows', `${name}.yaml`), text);
  for (const [name, { script, effects = 'none' }] of Object.entries(SKILLS)) {
    const folder = join(root, 'skills', name);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'SKILL.md'), `---\nname: ${name}\ndescription: Leaves a file.\n---\nLeaves a file.\n`);
    await writeFile(join(folder, 'spec.yaml'), skill(name, effects));
    await writeFile(join(folder, 'main.sh'), `${script}\n`);
  }
}
