import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { z } from 'zod';
import { systemCode } from '../../errors.ts';
import { FenceError } from '../fence/fence-error.ts';
import { oneLine, plainText } from '../plain-text.ts';
import type { SkillResult } from './types.ts';

/** Where a skill may say what no output holds. */
export const RESULT_FILE = 'result.json';
const LARGEST = 1024 * 1024;

const count = z.int().min(0).max(1e12).default(0);

/** `result.json` as home-format fixes it. Keys of a later version are let pass; known ones must be what they say. */
const resultFile = z.object({
  summary: z.string().optional(),
  confidence: z.number().min(0).max(1).optional(),
  flags: z.array(z.string()).max(100).optional(),
  key_numbers: z
    .array(z.object({ label: z.string(), value: z.union([z.string(), z.number()]).transform(String) }))
    .max(100)
    .optional(),
  usage: z
    .array(
      z.object({
        model: z.string().min(1).max(200),
        input_tokens: count,
        output_tokens: count,
        cache_read_tokens: count,
        cache_write_tokens: count,
      }),
    )
    .max(1000)
    .optional(),
  connectors: z
    .array(z.object({ name: z.string().min(1).max(200), calls: count }))
    .max(1000)
    .optional(),
  error: z.object({ class: z.string().min(1), message: z.string().default('') }).optional(),
});

/**
 * What the skill says of its run, secrets hidden and every text bounded; null where it says nothing.
 *
 * @throws FenceError OutputRefused when the file is there and is not what it has to be
 */
export async function readResult(out: string, redact: (text: string) => string): Promise<SkillResult | null> {
  const text = await read(`${out}/${RESULT_FILE}`);
  if (text === null) return null;
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw refused('it is not JSON');
  }
  const parsed = resultFile.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const at = issue && issue.path.length > 0 ? `${issue.path.join('.')}: ` : '';
    throw refused(`${at}${issue?.message ?? 'it has another shape'}`);
  }
  const said = parsed.data;
  const line = (words: string, most: number) => oneLine(redact(words), most);
  return {
    summary: said.summary === undefined ? undefined : bounded(plainText(redact(said.summary)), 4000),
    confidence: said.confidence,
    flags: said.flags?.map((flag) => line(flag, 500)),
    key_numbers: said.key_numbers?.map(({ label, value: number }) => ({
      label: line(label, 200),
      value: line(number, 200),
    })),
    usage: said.usage?.map((one) => ({ ...one, model: line(one.model, 200) })),
    connectors: said.connectors?.map(({ name, calls }) => ({ name: line(name, 200), calls })),
    error: said.error && ownError(said.error, line),
  };
}

/** A class is a name, since it is shown wherever names are; anything else is words and goes with the message. */
const CLASS = /^[A-Za-z][A-Za-z0-9_.-]{0,60}$/;

function ownError(error: NonNullable<SkillResult['error']>, line: (words: string, most: number) => string) {
  const name = line(error.class, 100);
  if (CLASS.test(name)) return { class: name, message: line(error.message, 2000) };
  return { class: 'SkillError', message: line([error.class, error.message].filter(Boolean).join(': '), 2000) };
}

const refused = (why: string) =>
  new FenceError('OutputRefused', `The skill’s result.json cannot be used: ${oneLine(why, 200)}.`);

const bounded = (text: string, most: number): string => {
  const characters = [...text];
  return characters.length <= most ? text : `${characters.slice(0, most - 1).join('')}…`;
};

async function read(path: string): Promise<string | null> {
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK).catch((error) => {
    if (systemCode(error) === 'ENOENT') return null;
    throw refused('it is a link or cannot be read');
  });
  if (!file) return null;
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw refused('it is no regular file');
    if (stat.size > LARGEST) throw refused('it is larger than 1 MB');
    return await file.readFile('utf8');
  } finally {
    await file.close();
  }
}
