import { cleanLines, cutUnits } from '../../message/clean.ts';
import { sizeText } from '../../message/plain.ts';
import type {
  Chart,
  Checklist,
  Facts,
  FilePart,
  Footnote,
  Headline,
  Links,
  MessageView,
  Part,
  Prose,
  Records,
} from '../../message/view.ts';
import { drawFitting } from '../fit-steps.ts';
import { figureFirst, titleOf } from '../matters.ts';
import { actionBlocks } from './actions.ts';
import { type Block, type Leaf, plainObject, type RichSection, type SlackMessage } from './block-kit.ts';
import { chartBlocks, pictureBlocks, preformattedChart } from './chart.ts';
import { checkSlack } from './check.ts';
import { SLACK_LIMITS } from './limits.ts';
import type { SlackOptions } from './options.ts';
import { listed, proseElements } from './prose.ts';
import { tableBlocks, tablelessRecords } from './records.ts';
import { bulleted, leavesOf, linkLeaf, quoted, richText, section, textLeaf, wordsOf } from './rich-text.ts';

/**
 * A message as Block Kit, with the summary as its fallback `text`. Foreign text is only in places where Slack parses
 * nothing. Whatever does not fit is left out visibly; a view that passes `checkView` always fits in the end.
 */
export function renderSlack(view: MessageView, options: SlackOptions): SlackMessage {
  const text = fallbackText(view, options.here);
  return drawFitting(
    view,
    (fitted): SlackMessage => ({ text, mrkdwn: false, blocks: blocksOf(fitted, options) }),
    (message) => checkSlack(message, options.surface).length === 0,
  );
}

/** The summary and the buttons, by the oldest blocks there are: where Slack refuses every better drawing. */
export function drawnBarely(view: MessageView, options: SlackOptions): SlackMessage {
  const said = cutUnits(view.summary.map((line) => wordsOf(line, options)).join('\n'), SLACK_LIMITS.textObject);
  const drawn: Drawn = { tables: 0, charts: 0, actions: 0 };
  const buttons = view.parts.filter(({ part }) => part === 'actions');
  const summary: Block[] = said.trim() === '' ? [] : [{ type: 'section', text: plainObject(said) }];
  return {
    text: fallbackText(view, options.here),
    mrkdwn: false,
    blocks: [...summary, ...buttons.flatMap((part) => partBlocks(part, options, drawn, false))],
  };
}

/** The summary for a field in which Slack reads entities; every line keeps its place, a long one is cut. */
export function fallbackText(view: MessageView, here: SlackOptions['here']): string {
  const lines = view.summary.map((line) => wordsOf(line, { here }));
  const cutTo = (most: number) => escapeSlack(lines.map((line) => cutUnits(line, most)).join('\n'));
  const whole = cutTo(700);
  // An escape makes five characters of one, so a text of nothing but ampersands needs another look.
  return whole.length <= SLACK_LIMITS.text ? whole : cutTo(150);
}

/** The three characters that Slack wants as entities in every `text`; what they could begin is no markup then. */
export const escapeSlack = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** What has been drawn of a message so far, since Slack counts tables, charts and action ids over the whole of it. */
interface Drawn {
  tables: number;
  charts: number;
  actions: number;
}

/** A message as blocks for `options.surface`; nobody is mentioned but those whom it lists. */
export function blocksOf({ parts, mentions }: Pick<MessageView, 'parts' | 'mentions'>, all: SlackOptions): Block[] {
  const options: SlackOptions = { ...all, idOf: (key) => (mentions.includes(key) ? all.idOf(key) : null) };
  const drawn: Drawn = { tables: 0, charts: 0, actions: 0 };
  return parts.flatMap((part) => partBlocks(part, options, drawn, parts.length === 1));
}

function partBlocks(part: Part, options: SlackOptions, drawn: Drawn, alone: boolean): Block[] {
  switch (part.part) {
    case 'headline':
      return [headline(part, options, alone)];
    case 'facts':
      return [richText(section(factLeaves(part, options)))];
    case 'prose':
      return prose(part, options);
    case 'checklist':
      return [richText(section(textLeaf(part.title, { bold: true })), bulleted(checks(part, options)))];
    case 'records':
      return records(part, options, drawn);
    case 'chart':
      return chart(part, options, drawn);
    case 'file':
      return [richText(section(fileLeaves(part, options)))];
    case 'quote':
      return [richText(section(textLeaf(`${part.by}:`, { bold: true })), quoted(cleanLines(part.text)))];
    case 'links':
      return links(part, options);
    case 'actions': {
      const from = drawn.actions;
      drawn.actions += part.actions.length;
      return actionBlocks(part, from, options);
    }
    case 'footnote':
      return [footnote(part, options)];
  }
}

/** The App Home is a page with chapters, so a title there is a header. */
function prose({ lines }: Prose, options: SlackOptions): Block[] {
  const title = options.surface === 'home' ? titleOf(lines) : null;
  const plain = title === null ? '' : wordsOf(title, options);
  if (title === null || plain.length > SLACK_LIMITS.header) return [richText(...proseElements(lines, options))];
  return [{ type: 'header', text: plainObject(plain) }, richText(...listed(lines.slice(1), options))];
}

function records(part: Records, options: SlackOptions, drawn: Drawn): Block[] {
  const free = options.surface === 'message' && !options.plainer?.tables && drawn.tables < SLACK_LIMITS.tables;
  if (!free || part.rows.length === 0) return tablelessRecords(part, options);
  drawn.tables += 1;
  return tableBlocks(part, options);
}

function chart(part: Chart, options: SlackOptions, drawn: Drawn): Block[] {
  const { surface, plainer } = options;
  const picture = typeof plainer?.charts === 'function' ? plainer.charts(part) : null;
  if (picture) return pictureBlocks(part, picture);
  const newer = plainer === undefined || (!plainer.tables && plainer.charts !== 'text');
  const free = surface === 'message' && newer && drawn.charts < SLACK_LIMITS.charts;
  const own = free ? chartBlocks(part) : null;
  if (own === null) return preformattedChart(part);
  drawn.charts += 1;
  return own;
}

/** The bullets of a list stand for the boxes, and whoever hears it is told how many checks there are. */
const checks = ({ items }: Checklist, options: SlackOptions): RichSection[] =>
  items.map(({ label, value }) =>
    section([
      ...leavesOf(label, options),
      ...(value ? [...textLeaf('  '), ...leavesOf(figureFirst(value), options)] : []),
    ]),
  );

const fileLeaves = ({ name, bytes, path }: FilePart, options: SlackOptions): Leaf[] => [
  ...linkLeaf(name, path, options),
  ...textLeaf(` (${sizeText(bytes)})`),
];

function links({ links: all }: Links, options: SlackOptions): Block[] {
  if (options.console === null || all.length === 0) return [];
  const leaves = all.map(({ label, path }) => linkLeaf(label, path, options));
  return [richText(section(between(leaves, ' · ')))];
}

/** What is no more than its words. */
const STILL: readonly string[] = ['strong', 'code', 'command'];

/** A header where nothing in it has to be live; else, or where it is the whole message, a line of text. */
function headline({ text }: Headline, options: SlackOptions, alone: boolean): Block {
  const plain = wordsOf(text, options);
  const live = text.some((span) => typeof span !== 'string' && !STILL.includes(span.kind));
  if (alone) return richText(section(leavesOf(text, options)));
  if (live || plain.length > SLACK_LIMITS.header) return richText(section(leavesOf(text, options, { bold: true })));
  return { type: 'header', text: plainObject(plain) };
}

const factLeaves = ({ facts }: Facts, options: SlackOptions): Leaf[] =>
  between(
    facts.map(({ label, value }) => [
      ...textLeaf(label, { bold: true }),
      ...textLeaf(' '),
      ...leavesOf(value, options),
    ]),
    ' · ',
  );

const between = (items: Leaf[][], separator: string): Leaf[] =>
  items.flatMap((leaves, index) => (index === 0 ? leaves : [...textLeaf(separator), ...leaves]));

/** Small print where nothing in it has to be live. */
function footnote({ text }: Footnote, options: SlackOptions): Block {
  const live = text.some(
    (span) =>
      typeof span !== 'string' &&
      (span.kind === 'link' || span.kind === 'time' || (span.kind === 'person' && span.ping)),
  );
  const plain = wordsOf(text, options);
  if (live || plain.trim() === '') return richText(section(leavesOf(text, options)));
  return { type: 'context', elements: [plainObject(cutUnits(plain, SLACK_LIMITS.textObject))] };
}
