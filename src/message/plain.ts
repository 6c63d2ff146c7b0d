import { clean, cleanLines } from './clean.ts';
import { type Here, timeText } from './clock-words.ts';
import { textTable } from './table.ts';
import type { Span, Text } from './text.ts';
import type { Actions, Chart, Checklist, MessageView, Part, Records } from './view.ts';

/** Where plain text is read: with an address of the console links are spelled out, else left as words. */
export interface PlainReader extends Here {
  /** `http://127.0.0.1:3210`, without a slash at the end. */
  console?: string | undefined;
  /** What words to type begin with here (`/cowork `); nothing where it is not said. */
  commands?: string | undefined;
}

/** One text without any formatting; what cannot be seen or turns text around is taken out. */
export const plainText = (text: Text, here: PlainReader): string => text.map((span) => spanText(span, here)).join('');

function spanText(span: Span, here: PlainReader): string {
  if (typeof span === 'string') return clean(span);
  switch (span.kind) {
    case 'strong':
    case 'code':
      return clean(span.text);
    case 'command':
      return `${here.commands ?? ''}${clean(span.text)}`;
    case 'link':
      return here.console ? `${clean(span.text)} (${here.console}${span.path})` : clean(span.text);
    case 'person':
      return `${span.ping ? '@' : ''}${clean(span.name)}`;
    case 'time':
      return timeText(span, here);
  }
}

/** The notification of a message, and its fallback where a platform shows no parts. */
export const summaryText = (view: MessageView, here: PlainReader): string =>
  view.summary.map((line) => plainText(line, here)).join('\n');

/** The whole message as plain text: what the command line prints, and what a reader of e-mail can be given. */
export const viewText = (view: MessageView, here: PlainReader): string =>
  view.parts
    .flatMap((part) => partLines(part, here))
    .filter((line) => line !== '')
    .join('\n');

/** One part as lines of text. */
export function partLines(part: Part, here: PlainReader): string[] {
  const plain = (text: Text) => plainText(text, here);
  switch (part.part) {
    case 'headline':
      return [plain(part.text)];
    case 'facts':
      return [part.facts.map(({ label, value }) => `${label} ${plain(value)}`).join(' · ')];
    case 'prose':
      return part.lines.map(plain);
    case 'checklist':
      return checklistLines(part, here);
    case 'records':
      return recordLines(part, here);
    case 'chart':
      return figureLines(part, part.title);
    case 'file':
      return [`${clean(part.name)} (${sizeText(part.bytes)})${here.console ? ` ${here.console}${part.path}` : ''}`];
    case 'quote':
      return [`${clean(part.by)}:`, ...cleanLines(part.text).map((line) => `> ${line}`)];
    case 'links':
      return here.console ? part.links.map(({ label, path }) => `${label}: ${here.console}${path}`) : [];
    case 'actions':
      return actionLines(part, here);
    case 'footnote':
      return [plain(part.text)];
  }
}

const checklistLines = ({ title, items }: Checklist, here: PlainReader): string[] => [
  title,
  ...items.map(({ label, value }) => ` ☐ ${plainText(label, here)}${value ? `  ${plainText(value, here)}` : ''}`),
];

function recordLines({ columns, rows, more, noun }: Records, here: PlainReader): string[] {
  const cells = rows.map((row) => row.map((cell) => plainText(cell, here)));
  const rest = more > 0 ? [moreText(more, noun)] : [];
  if (rows.length === 0) return rest;
  return [...textTable(columns, cells), ...rest];
}

/** `and 12 more runs`. */
export const moreText = (more: number, noun: string): string =>
  `and ${more.toLocaleString('en-GB')} more ${more === 1 ? noun : `${noun}s`}`;

/** The figures of a chart in a fixed width; `head` stands above their labels. */
export function figureLines({ unit, labels, series }: Chart, head: string): string[] {
  const columns = [
    { label: head, align: 'left' as const },
    ...series.map(({ name }) => ({ label: clean(unit ? `${name} (${unit})` : name), align: 'right' as const })),
  ];
  const rows = labels.map((label, index) => [clean(label), ...series.map(({ values }) => figureText(values[index]))]);
  return textTable(columns, rows);
}

/** Beyond this a number is a matter of its size, and its digits would fill the message. */
const COUNTABLE = 1e15;

/** A value of a chart in words. */
export function figureText(value: number | null | undefined): string {
  if (value == null) return 'unavailable';
  if (Math.abs(value) >= COUNTABLE) return value.toExponential(2);
  return value.toLocaleString('en-GB', { maximumFractionDigits: 2 });
}

/** Buttons are named, so that a reader knows what the message offers elsewhere; the command line has its own words. */
function actionLines({ actions }: Actions, here: PlainReader): string[] {
  const buttons = actions.filter((action) => action.intent !== 'open' || here.console !== undefined);
  return buttons.length === 0 ? [] : [buttons.map(({ label }) => `[${label}]`).join(' ')];
}

/** `812 B`, `4 kB`, `1.2 MB`: decimal units, as disks and browsers count. */
export function sizeText(bytes: number): string {
  if (bytes < 1000) return `${bytes} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  const step = Math.min(Math.floor(Math.log10(bytes) / 3), units.length);
  const size = bytes / 1000 ** step;
  return `${size < 10 && step > 1 ? size.toFixed(1) : Math.round(size)} ${units[step - 1]}`;
}
