import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

export const TEAM = `team: Small Desk
timezone: Europe/Berlin
people:
  eve: { name: Eve Stone, email: eve@acme.example, roles: [owner, approver, admin] }
  bob: { name: Bob Reed, email: bob@acme.example, roles: [approver] }
groups: { readers: [eve, bob] }
sandbox: optional
`;

const skill = (name: string) => `skill: ${name}
owner: eve
task: Try it.
action: Write a note.
result: A note.
runner: { kind: command, run: [node, main.mjs] }
access: { read: [inputs], write: [out], network: [] }
rollback: None.
`;

const workflow = (name: string, title: string, step: string, first: boolean) => `workflow: ${name}
title: ${title}
outcome: Somebody has read it.
owner: eve
severity: P2
tier: T2
data_class: internal
schedule: { cron: "0 6 * * 1"${first ? ', first: on_start' : ''} }
inputs:
  words: { text: true, default: as usual }
steps: [{ id: write, skill: ${step} }]
review:
  approvers: [readers]
  brief: [It says what it should]
`;

const WRITER = `import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
writeFileSync(join(process.env.COWORK_OUT, 'note.md'), '# Note\\n\\nAs it is.\\n');
`;

/** A home of three quick workflows: two wait for review as soon as they run, one fails. */
export async function smallHome(home: string): Promise<void> {
  const files: Record<string, string> = {
    'cowork.yaml': TEAM,
    'workflows/note.yaml': workflow('note', 'The note', 'note-v1', true),
    'workflows/memo.yaml': workflow('memo', 'The memo', 'note-v1', true),
    'workflows/broken.yaml': workflow('broken', 'The broken one', 'broken-v1', true),
    'skills/note-v1/spec.yaml': skill('note-v1'),
    'skills/note-v1/SKILL.md': '---\nname: note\ndescription: Writes a note.\n---\n',
    'skills/note-v1/main.mjs': WRITER,
    'skills/broken-v1/spec.yaml': skill('broken-v1'),
    'skills/broken-v1/SKILL.md': '---\nname: broken\ndescription: Breaks.\n---\n',
    'skills/broken-v1/main.mjs': 'process.exit(1);\n',
  };
  for (const [path, text] of Object.entries(files)) {
    await mkdir(dirname(join(home, path)), { recursive: true });
    await writeFile(join(home, path), text);
  }
}
