import { realpath } from 'node:fs/promises';
import { isMap, parseDocument } from 'yaml';
import { invalid } from '../errors.ts';
import { readHomeText } from '../workflows/files/read.ts';

const BLANK = ['owner', 'action', 'result', 'runner.run', 'rollback'];

/**
 * The spec.yaml of an added skill: its own one under the new name where the folder brings one, else a form to fill in.
 * `fill` names the keys that are still empty.
 */
export async function specFor(
  folder: string,
  skill: string,
  description: string,
): Promise<{ text: string; fill: string[] }> {
  const own = await readHomeText(await realpath(folder), 'spec.yaml');
  if (!own.ok && own.problem.message !== 'is missing')
    throw invalid(`spec.yaml ${own.problem.message}. Nothing was copied.`);
  if (!own.ok) return { text: blankSpec(skill, description), fill: BLANK };
  const document = parseDocument(own.text, { version: '1.2', schema: 'core', logLevel: 'error' });
  if (document.errors.length > 0 || !isMap(document.contents))
    throw invalid('spec.yaml of that folder cannot be read as YAML; mend it or take it away. Nothing was copied.');
  document.set('skill', skill);
  return { text: document.toString({ lineWidth: 0 }), fill: [] };
}

const blankSpec = (skill: string, description: string): string => `skill: ${skill}
owner:                        # who answers for it: a name from people in cowork.yaml
task: ${quotedLine(description)}
action:                       # what it does to get there, in one or two sentences
result:                       # what lies in its outputs when it has succeeded
runner: { kind: command, run: [] }      # for example [node, main.mjs]; files of this folder are found by name
access:
  read: [inputs]              # inputs, steps, or paths of the home such as templates/**
  write: [out]
  network: []                 # host names it may reach
  secrets: {}                 # for example { CRM_TOKEN: env:CRM_TOKEN }
effects: none                 # external: it changes something outside; then it is never repeated unseen
data_class: internal          # public, internal, confidential, restricted
schema_version: 1             # raise it when the outputs change shape
rollback:                     # what to do when this version turns out bad
`;

// JSON strings are YAML strings; this keeps a description with colons or line breaks on one line.
const quotedLine = (text: string): string => JSON.stringify(text.replaceAll(/\s+/g, ' ').trim());
