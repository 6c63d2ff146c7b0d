import { clean, cleanLines, cutUnits as cut } from './clean.ts';
import { cutText } from './cut-text.ts';
import type { FitLimits } from './fit.ts';
import type { Text } from './text.ts';
import type { Chart, Checklist, Facts, Links, Part, Prose, Quote, Records } from './view.ts';

/** One part made small enough; see `fitView`. */
export function fitPart(part: Part, limits: FitLimits): Part {
  switch (part.part) {
    case 'headline':
      return { ...part, text: cutText(part.text, limits.headline) };
    case 'facts':
      return fitFacts(part, limits);
    case 'prose':
      return fitProse(part, limits);
    case 'checklist':
      return fitChecklist(part, limits);
    case 'records':
      return fitRecords(part, limits);
    case 'chart':
      return fitChart(part, limits);
    case 'file':
      return { ...part, name: cut(part.name, limits.line) };
    case 'quote':
      return fitQuote(part, limits);
    case 'links':
      return fitLinks(part, limits);
    case 'actions':
      return part;
    case 'footnote':
      return { ...part, text: cutText(part.text, limits.line) };
  }
}

/** `and 12 more lines`. */
const moreText = (more: number, one: string): string => `and ${more} more ${more === 1 ? one : `${one}s`}`;

function fitFacts({ facts }: Facts, { lines, line }: FitLimits): Facts {
  const shown = facts.map(({ label, value }) => ({ label, value: cutText(value, line) }));
  if (shown.length <= lines) return { part: 'facts', facts: shown };
  const more = shown.length - (lines - 1);
  const rest = { label: 'and', value: [`${more} more facts`] };
  return { part: 'facts', facts: [...shown.slice(0, lines - 1), rest] };
}

function fitProse({ lines: all }: Prose, { lines, line }: FitLimits): Prose {
  const shown: Text[] = all.slice(0, all.length > lines ? lines - 1 : lines).map((text) => cutText(text, line));
  const more = all.length - shown.length;
  return { part: 'prose', lines: more > 0 ? [...shown, [moreText(more, 'line')]] : shown };
}

function fitChecklist({ title, items }: Checklist, { lines, line }: FitLimits): Checklist {
  const more = Math.max(0, items.length - lines);
  const shown = items.slice(0, lines).map(({ label, value }) => ({
    label: cutText(label, line),
    ...(value ? { value: cutText(value, line) } : {}),
  }));
  return { part: 'checklist', title: more > 0 ? `${title} (${moreText(more, 'check')})` : title, items: shown };
}

const fitRecords = (records: Records, { rows, cell }: FitLimits): Records => ({
  ...records,
  rows: records.rows.slice(0, rows).map((row) => row.map((text) => cutText(text, cell))),
  more: records.more + Math.max(0, records.rows.length - rows),
});

/** Of a line over time the last points count, of bars by name the first ones; the title says how many of how many. */
function fitChart(chart: Chart, { points, cell }: FitLimits): Chart {
  const count = chart.labels.length;
  const [from, to] = chart.kind === 'line' ? [Math.max(0, count - points), count] : [0, points];
  const cutName = (name: string) => cut(clean(name), cell);
  return {
    ...chart,
    title:
      count > points
        ? `${chart.title} (${chart.kind === 'line' ? 'last' : 'first'} ${points} of ${count})`
        : chart.title,
    labels: chart.labels.slice(from, to).map(cutName),
    series: chart.series.map(({ name, values }) => ({ name: cutName(name), values: values.slice(from, to) })),
  };
}

function fitQuote({ by, text }: Quote, { lines, line }: FitLimits): Quote {
  const all = cleanLines(text);
  const shown = all.slice(0, all.length > lines ? lines - 1 : lines).map((each) => cut(each, line));
  const more = all.length - shown.length;
  const rest = more > 0 ? [`… (${moreText(more, 'line')})`] : [];
  return { part: 'quote', by: cut(by, line), text: [...shown, ...rest].join('\n') };
}

function fitLinks({ links }: Links, { lines }: FitLimits): Links {
  return { part: 'links', links: links.slice(0, lines) };
}
