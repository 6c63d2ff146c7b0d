import type { Action, LinkAction } from './action.ts';
import type { Text } from './text.ts';

/** How it stands, besides the words that say so: renderers may colour by it, never instead of the words. */
export type Tone = 'ok' | 'warn' | 'fail' | 'info';

/** What happened, in one line that is enough on a locked phone. */
export interface Headline {
  part: 'headline';
  tone: Tone;
  text: Text;
}

/** Short pairs, drawn beside each other where there is room. */
export interface Facts {
  part: 'facts';
  facts: readonly { label: string; value: Text }[];
}

/** Plain sentences of ours, one line each. */
export interface Prose {
  part: 'prose';
  lines: readonly Text[];
  /** They say how it stands (who looks at it, how many have approved), so that a change of them is shown at once. */
  state?: true;
}

/** What to look at in 60 seconds: boxes that nobody's record depends on, each with the value to compare where there is one. */
export interface Checklist {
  part: 'checklist';
  title: string;
  items: readonly { label: Text; value?: Text | undefined }[];
}

/** A table. `rows` are as wide as `columns`; `more` counts the rows that were left out before. */
export interface Records {
  part: 'records';
  caption: string;
  columns: readonly { label: string; align: 'left' | 'right' }[];
  rows: readonly (readonly Text[])[];
  more: number;
  /** What a row is, for "and 12 more runs". */
  noun: string;
}

/** Figures over time or by name. A value of null is unavailable, and drawn as a gap, never as zero. */
export interface Chart {
  part: 'chart';
  title: string;
  kind: 'bar' | 'line';
  unit: string;
  labels: readonly string[];
  series: readonly { name: string; values: readonly (number | null)[] }[];
}

/** A file that can be asked for: name, size, and the page that gives it out to those who may see it. */
export interface FilePart {
  part: 'file';
  name: string;
  bytes: number;
  path: string;
}

/** Somebody's or a skill's own words, shown as such. */
export interface Quote {
  part: 'quote';
  by: string;
  text: string;
}

/** Links to pages of the console. */
export interface Links {
  part: 'links';
  links: readonly { label: string; path: string }[];
}

export interface Actions {
  part: 'actions';
  actions: readonly (Action | LinkAction)[];
}

/** Hashes, ids, how it was computed. */
export interface Footnote {
  part: 'footnote';
  text: Text;
}

/** Purpose, not looks. A new part does not compile until every renderer, the fallback and the golden files know it. */
export type Part =
  | Headline
  | Facts
  | Prose
  | Checklist
  | Records
  | Chart
  | FilePart
  | Quote
  | Links
  | Actions
  | Footnote;

/** A message by its meaning; each platform draws it by its own best means. */
export interface MessageView {
  /** Notification, screen reader and fallback: one full sentence, or the five lines of an alert and its state. */
  summary: readonly Text[];
  parts: readonly Part[];
  /** Keys of the people to ping; nobody else is, whatever the text says. */
  mentions: readonly string[];
}

/** A view of nothing but sentences: the first is the headline and the summary. */
export const plainView = (tone: Tone, first: Text, ...more: Text[]): MessageView => ({
  summary: [first],
  parts: [
    { part: 'headline', tone, text: first },
    ...(more.length > 0 ? [{ part: 'prose' as const, lines: more }] : []),
  ],
  mentions: [],
});
