// What a command skill needs of its contract, and exact arithmetic for a brief. Every skill carries its own copy, so that
// its pinned hash covers all the code it runs; a test of the repository keeps the copies the same.
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** An error with a class of its own: the alert shows both as the skill's words. */
export class SkillError extends Error {
  constructor(kind, message) {
    super(message);
    this.kind = kind;
  }
}

const place = (name) => {
  const value = process.env[name];
  if (!value) throw new SkillError('NoContract', `${name} is not set: run this skill through a workflow`);
  return value;
};

/** Input name → path, list of paths, text, or null where it is degraded. */
export const inputs = () => JSON.parse(readFileSync(place('COWORK_INPUTS'), 'utf8'));
/** Why this run happens: trigger, scheduled_for, by, note, previous_outputs. */
export const request = () => JSON.parse(readFileSync(place('COWORK_REQUEST'), 'utf8'));
export const stepFile = (step, file) => join(place('COWORK_STEPS'), step, file);
export const readText = (path) => readFileSync(path, 'utf8');
export const readJson = (path) => JSON.parse(readText(path));
export const has = (path) => existsSync(path);
export const write = (file, text) => writeFileSync(join(place('COWORK_OUT'), file), text);
export const writeJson = (file, value) => write(file, `${JSON.stringify(value, null, 2)}\n`);

/** Runs the skill and leaves its `result.json`; what it throws becomes the error of the step. */
export function run(main) {
  try {
    writeJson('result.json', main() ?? {});
  } catch (error) {
    if (!(error instanceof SkillError)) throw error;
    writeJson('result.json', { error: { class: error.kind, message: error.message } });
    console.error(`${error.kind}: ${error.message}`);
    process.exitCode = 1;
  }
}

// One field and what ends it; a quoted field may hold commas, line ends and doubled quotes.
const FIELD = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|$)/y;

function records(text) {
  const rows = [];
  let row = [];
  FIELD.lastIndex = 0;
  while (FIELD.lastIndex < text.length) {
    const match = FIELD.exec(text);
    if (!match) throw new SkillError('SourceChanged', `the CSV is malformed after record ${rows.length}`);
    const [, field, end] = match;
    row.push(field.startsWith('"') ? field.slice(1, -1).replaceAll('""', '"') : field);
    if (end === ',') continue;
    rows.push(row);
    row = [];
  }
  return rows;
}

/** Rows of a CSV as objects. A missing column or a row of another length is `SourceChanged`, with where it is. */
export function readCsv(path, columns) {
  const [header = [], ...rows] = records(readText(path).replace(/^\uFEFF/, ''));
  const missing = columns.filter((column) => !header.includes(column));
  if (missing.length > 0) throw new SkillError('SourceChanged', `column ${missing.join(', ')} is gone`);
  return rows.map((row, index) => {
    if (row.length !== header.length)
      throw new SkillError('SourceChanged', `row ${index + 1} has ${row.length} fields, the header ${header.length}`);
    return Object.fromEntries(header.map((column, at) => [column, row[at]]));
  });
}

const cell = (value) => (/[",\r\n]/.test(String(value)) ? `"${String(value).replaceAll('"', '""')}"` : String(value));

export const writeCsv = (file, columns, rows) =>
  write(
    file,
    `${[columns, ...rows.map((row) => columns.map((column) => row[column]))].map((r) => r.map(cell).join(',')).join('\n')}\n`,
  );

/** A decimal as a whole number of its last place: `units('12.5', 1)` is 125. More places than that are refused. */
export function units(text, places, where) {
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(text);
  const fraction = (match?.[3] ?? '').replace(/0+$/, '');
  if (!match || fraction.length > places)
    throw new SkillError('SourceChanged', `${where}: "${text}" is not a number with at most ${places} decimals`);
  return Number(`${match[1]}${match[2]}${fraction.padEnd(places, '0')}`);
}

/** `numerator / denominator` to a whole number, exactly, halves away from zero. */
export function divide(numerator, denominator) {
  const [n, d] = [BigInt(numerator), BigInt(denominator)];
  const size = (2n * (n < 0n ? -n : n) + (d < 0n ? -d : d)) / (2n * (d < 0n ? -d : d));
  return Number(n < 0n === d < 0n ? size : -size);
}

/** `share(1, 3, 1)` is 333: a percentage in units of its last place. */
export const share = (part, whole, places) => divide(BigInt(part) * 100n * 10n ** BigInt(places), whole);

/** Units as a JSON number. */
export const number = (value, places) => Number(plain(value, places));
/** Units as plain decimal text: `plain(-1250, 1)` is -125.0. */
export function plain(value, places) {
  const digits = String(Math.abs(value)).padStart(places + 1, '0');
  const whole = digits.slice(0, digits.length - places);
  const text = places === 0 ? digits : `${whole}.${digits.slice(-places)}`;
  return value < 0 ? `-${text}` : text;
}
/** Units for people: 1,204,331.5 */
export function shown(value, places) {
  const [whole, fraction] = plain(value, places).split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}
/** The same with a sign: +3.1 */
export const signed = (value, places) => `${value > 0 ? '+' : ''}${shown(value, places)}`;

export const sum = (values) => values.reduce((total, value) => total + value, 0);

/** A Markdown table. */
export const table = (columns, rows) =>
  [columns, columns.map(() => '---'), ...rows].map((row) => `| ${row.join(' | ')} |`).join('\n');
