import { shortName } from './cut-text.ts';
import { fitPart } from './fit-part.ts';
import { pingsOf } from './spans.ts';
import { join, type PersonSpan, type Span } from './text.ts';
import type { MessageView, Part, Prose } from './view.ts';

/** How much of a view is to be shown; each figure at least 1. */
export interface FitLimits {
  /** Parts besides headline and actions. */
  parts: number;
  /** Characters of the headline, which is never left out. */
  headline: number;
  /** Lines of prose and of a quote, items of a checklist, facts, links. */
  lines: number;
  /** Characters of such a line. */
  line: number;
  /** Rows of a table. */
  rows: number;
  /** Characters of a cell. */
  cell: number;
  /** Labels of a chart. */
  points: number;
}

/**
 * A view made small enough, visibly: what was left out is counted ("and 12 more runs"), what was cut ends in "…". The
 * headline, every action and every ping stay. A view that fits says the same.
 */
export function fitView(view: MessageView, limits: FitLimits): MessageView {
  const fitted = view.parts.map((part) => fitPart(part, limits));
  const parts = fewer(fitted, view.parts, limits);
  return { summary: view.summary, parts, mentions: view.mentions };
}

const movable = ({ part }: Part): boolean => part !== 'headline' && part !== 'actions';

/** Leaves whole parts out from the end, footnotes last, and says so where the first of them stood. */
function fewer(fitted: readonly Part[], before: readonly Part[], { parts: most }: FitLimits): Part[] {
  const lost = lostPings(before, fitted);
  const links = linksIn(before) - linksIn(fitted);
  const loose = fitted.filter(movable).length;
  if (loose <= most && lost.length === 0 && links === 0) return [...fitted];
  const dropped = new Set(toDrop(fitted, Math.max(0, loose - (most - 1))));
  const kept = fitted.filter((part) => !dropped.has(part));
  const note = noteOf([...dropped], links, lostPings(before, kept));
  if (note === null) return kept;
  const first = fitted.findIndex((part) => dropped.has(part));
  const at = first >= 0 ? first : closing(kept);
  return [...kept.slice(0, at), note, ...kept.slice(at)];
}

/** Where the buttons and footnotes at the end begin. */
const closing = (parts: readonly Part[]): number =>
  parts.findLastIndex(({ part }) => part !== 'actions' && part !== 'footnote') + 1;

function toDrop(parts: readonly Part[], count: number): Part[] {
  const loose = parts.filter(movable);
  const order = [
    ...loose.filter(({ part }) => part !== 'footnote').reverse(),
    ...loose.filter(({ part }) => part === 'footnote'),
  ];
  return order.slice(0, count);
}

function lostPings(before: readonly Part[], after: readonly Part[]): PersonSpan[] {
  const still = new Set(pingsOf(after).map(({ key }) => key));
  return pingsOf(before).filter(({ key }) => !still.has(key));
}

const linksIn = (parts: readonly Part[]): number =>
  parts.reduce((sum, part) => sum + (part.part === 'links' ? part.links.length : 0), 0);

/** `and 2 more files, 1 more table`, and for whom the message is. */
function noteOf(dropped: readonly Part[], links: number, pings: readonly PersonSpan[]): Prose | null {
  const counts = Object.entries(Object.groupBy(dropped, ({ part }) => NOUNS[part]));
  const left = counts.map(([noun, parts]) => moreOf(parts?.length ?? 0, noun));
  if (links > 0) left.push(moreOf(links, 'link'));
  const lines: Span[][] = left.length > 0 ? [[`and ${left.join(', ')}`]] : [];
  if (pings.length > 0)
    lines.push([
      'For ',
      ...join(
        pings.map((span) => [shortName(span)]),
        ', ',
      ),
    ]);
  return lines.length === 0 ? null : { part: 'prose', lines };
}

const moreOf = (count: number, noun: string): string => `${count} more ${count === 1 ? noun : `${noun}s`}`;

/** What a part is called where it had to be left out. */
const NOUNS: Record<Part['part'], string> = {
  headline: 'headline',
  facts: 'line of facts',
  prose: 'paragraph',
  checklist: 'checklist',
  records: 'table',
  chart: 'chart',
  file: 'file',
  quote: 'quote',
  links: 'line of links',
  actions: 'row of buttons',
  footnote: 'footnote',
};
