import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

/** The pieces of a story's home. YAML is a superset of JSON, so objects are written as they are. */
export interface HomePieces {
  /** Keys over `cowork.yaml`. */
  team?: Record<string, unknown>;
  /** Keys over a small workflow, by name. */
  workflows?: Record<string, Record<string, unknown>>;
  skills?: Record<string, SkillPiece>;
  /** Other files by home-relative path. */
  files?: Record<string, string>;
}

/** A program (`#!/bin/sh` or an ES module), and keys over its `spec.yaml`. */
export type SkillPiece = string | { program: string; spec?: Record<string, unknown> };

const person = (name: string, roles: string[]) => ({
  name,
  email: `${name.split(' ')[0]?.toLowerCase()}@acme.example`,
  roles,
});

/** Maya owns and approves, Jon is admin and approves, Ana approves, Sam schedules, Vic looks on. */
export const TEAM = {
  team: 'Acme Finance Ops',
  timezone: 'Europe/Berlin',
  people: {
    maya: person('Maya Lindt', ['owner', 'approver']),
    jon: person('Jon Okafor', ['admin', 'approver']),
    ana: person('Ana Ruiz', ['approver']),
    sam: person('Sam Poe', ['scheduler']),
    vic: person('Vic Stone', ['viewer']),
  },
  groups: { leads: ['maya', 'jon', 'ana'] },
  reviews: { ops_lead: 'jon' },
  // Stories run on hosts that cannot fence, too; what `required` does there is tested in the clock's own room.
  sandbox: 'optional',
};

export const workflowFile = (name: string, over: Record<string, unknown> = {}) => ({
  workflow: name,
  title: 'Monday board brief',
  outcome: 'One page that leadership reads without checking the sources again.',
  owner: 'maya',
  steps: [{ id: 'write', skill: 'write-v1' }],
  review: { approvers: ['leads'] },
  ...over,
});

const specOf = (name: string, run: string[], over: Record<string, unknown> = {}) => ({
  skill: name,
  owner: 'sam',
  task: 'Write the brief.',
  action: 'Read the inputs, write the brief.',
  result: 'brief.md',
  runner: { kind: 'command', run },
  access: { read: ['inputs', 'steps'] },
  rollback: 'Point the workflow back.',
  ...over,
});

/** What a program in Node begins with: the contract of the format as constants. */
export const NODE = `
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
const out = process.env.COWORK_OUT;
const steps = process.env.COWORK_STEPS;
const inputs = JSON.parse(readFileSync(process.env.COWORK_INPUTS, 'utf8'));
const request = JSON.parse(readFileSync(process.env.COWORK_REQUEST, 'utf8'));
const write = (name, text) => writeFileSync(join(out, name), text);
const result = (value) => write('result.json', JSON.stringify(value));
`;

/** Writes what the ledger says into the brief; without a ledger, a brief of one line. */
export const WRITE = `${NODE}
const ledger = inputs.ledger ? readFileSync(inputs.ledger, 'utf8') : null;
const rows = ledger === null ? [] : ledger.trim().split('\\n').slice(1).map((row) => row.split(','));
const sum = rows.reduce((total, row) => total + Math.round(Number(row[1]) * 100), 0) / 100;
write('brief.md', ['# Brief', ledger === null ? 'No ledger.' : 'Revenue ' + sum.toFixed(2) + ' EUR.', ''].join('\\n'));
write('rows.csv', ['name,amount', ...rows.map((row) => row.join(','))].join('\\n') + '\\n');
result({ summary: 'Revenue ' + sum.toFixed(2), confidence: 0.95 });
`;

export const LEDGER = 'name,amount\nnorth,1000.10\nsouth,204.20\n';

/** Writes one file of the home, over an older one too. */
export async function putFile(root: string, path: string, text: string): Promise<void> {
  const at = join(root, path);
  await mkdir(dirname(at), { recursive: true });
  await writeFile(at, text);
}

export const asYaml = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;

export async function putWorkflow(root: string, name: string, over: Record<string, unknown> = {}): Promise<void> {
  await putFile(root, `workflows/${name}.yaml`, asYaml(workflowFile(name, over)));
}

export async function putSkill(root: string, name: string, piece: SkillPiece): Promise<void> {
  const { program, spec = {} } = typeof piece === 'string' ? { program: piece } : piece;
  const shell = program.startsWith('#!/bin/sh');
  const file = shell ? 'main.sh' : 'main.mjs';
  await putFile(root, `skills/${name}/SKILL.md`, `---\nname: ${name}\ndescription: Of a story.\n---\nIt writes.\n`);
  await putFile(root, `skills/${name}/spec.yaml`, asYaml(specOf(name, [shell ? 'sh' : 'node', file], spec)));
  await putFile(root, `skills/${name}/${file}`, program);
}

/** A whole home from its pieces; left out, one workflow `brief` with one skill and no schedule. */
export async function putHome(root: string, pieces: HomePieces): Promise<void> {
  await putFile(root, 'cowork.yaml', asYaml({ ...TEAM, ...pieces.team }));
  for (const [name, over] of Object.entries(pieces.workflows ?? { brief: {} })) await putWorkflow(root, name, over);
  for (const [name, piece] of Object.entries({ 'write-v1': WRITE, ...pieces.skills }))
    await putSkill(root, name, piece);
  for (const [path, text] of Object.entries(pieces.files ?? {})) await putFile(root, path, text);
}
