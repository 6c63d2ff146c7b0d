import { encodeAction } from './action.ts';
import { badPath, checkAction, sized } from './check-action.ts';
import { clean } from './clean.ts';
import { VIEW_LIMITS } from './limits.ts';
import { actionsOf, pingsOf, spansOf } from './spans.ts';
import type { Span, Text } from './text.ts';
import type { MessageView, Part } from './view.ts';

/** What is wrong with a view by the model's own rules; empty where every platform can draw it whole. */
export const checkView = (view: MessageView): string[] => [
  ...checkSummary(view),
  ...checkHeadline(view),
  ...view.parts.flatMap(checkPart),
  ...[...spansOf(view.parts), ...view.summary.flat()].flatMap(checkSpan),
  ...checkActions(view),
  ...checkMentions(view),
];

function checkSummary({ summary }: MessageView): string[] {
  if (summary.length === 0 || blank(summary[0] ?? [])) return ['the summary is empty'];
  return summary.length > VIEW_LIMITS.summaryLines ? [`the summary has ${summary.length} lines, six are enough`] : [];
}

function checkHeadline({ parts }: MessageView): string[] {
  const first = parts[0];
  if (first?.part !== 'headline') return ['the headline does not come first'];
  return [
    ...(parts.filter(({ part }) => part === 'headline').length > 1 ? ['there is more than one headline'] : []),
    ...(blank(first.text) ? ['the headline is empty'] : []),
  ];
}

const blank = (text: Text): boolean =>
  text.every((span) => {
    if (typeof span === 'string') return clean(span).trim() === '';
    if (span.kind === 'time') return false;
    return clean(span.kind === 'person' ? span.name : span.text).trim() === '';
  });

function checkPart(part: Part): string[] {
  switch (part.part) {
    case 'headline':
    case 'prose':
    case 'footnote':
    case 'quote':
    case 'actions':
      return part.part === 'prose' && part.lines.length === 0 ? ['prose without a line'] : [];
    case 'facts':
      return [
        ...(part.facts.length === 0 ? ['facts without a fact'] : []),
        ...part.facts.flatMap(({ label }) => sized('the label of a fact', label, VIEW_LIMITS.label)),
      ];
    case 'checklist':
      return [
        ...(part.items.length === 0 ? ['a checklist without an item'] : []),
        ...sized('the title of a checklist', part.title, VIEW_LIMITS.title),
      ];
    case 'records':
      return checkRecords(part);
    case 'chart':
      return checkChart(part);
    case 'file':
      return [
        ...(Number.isFinite(part.bytes) && part.bytes >= 0 ? [] : ['a file without a size']),
        ...badPath(part.path),
      ];
    case 'links':
      return part.links.flatMap(({ label, path }) => [
        ...sized('the label of a link', label, VIEW_LIMITS.label),
        ...badPath(path),
      ]);
  }
}

function checkRecords({ caption, columns, rows, more, noun }: Part & { part: 'records' }): string[] {
  const width = columns.length;
  return [
    ...sized('the caption of a table', caption, VIEW_LIMITS.title),
    ...sized('what a row is', noun, VIEW_LIMITS.label),
    ...(width < 1 || width > VIEW_LIMITS.columns
      ? [`a table has ${width} columns, 1 to ${VIEW_LIMITS.columns} fit`]
      : []),
    ...columns.flatMap(({ label }) =>
      label.length > VIEW_LIMITS.label ? sized('a column', label, VIEW_LIMITS.label) : [],
    ),
    ...(rows.some((row) => row.length !== width) ? [`a row is not ${width} cells wide`] : []),
    ...(Number.isInteger(more) && more >= 0 ? [] : ['a table does not say how many rows were left out']),
  ];
}

function checkChart({ title, labels, series }: Part & { part: 'chart' }): string[] {
  const uneven = series.some(({ values }) => values.length !== labels.length);
  const wild = series.some(({ values }) => values.some((value) => value !== null && !Number.isFinite(value)));
  return [
    ...sized('the title of a chart', title, VIEW_LIMITS.title),
    ...(labels.length === 0 || series.length === 0 ? ['a chart without a value'] : []),
    ...(series.length > VIEW_LIMITS.series
      ? [`a chart has ${series.length} series, at most ${VIEW_LIMITS.series} fit`]
      : []),
    ...(uneven ? ['a chart has not one value for each label'] : []),
    ...(wild ? ['a chart has a value that is no number'] : []),
  ];
}

function checkSpan(span: Span): string[] {
  if (typeof span === 'string') return [];
  if (span.kind === 'link') return badPath(span.path);
  if (span.kind === 'time' && Number.isNaN(Date.parse(span.at))) return [`${JSON.stringify(span.at)} is no moment`];
  return [];
}

function checkActions(view: MessageView): string[] {
  const actions = actionsOf(view);
  const wrong = actions.flatMap(checkAction);
  if (wrong.length > 0) return wrong;
  const codes = actions.flatMap((action) => (action.intent === 'open' ? [] : [encodeAction(action)]));
  const primary = actions.filter((action) => action.intent !== 'open' && action.style === 'primary').length;
  const carried = JSON.stringify(actions, (key, value: unknown) => (key === 'ask' ? undefined : value)).length;
  return [
    ...(actions.length > VIEW_LIMITS.actions ? [`${actions.length} buttons, at most ${VIEW_LIMITS.actions} fit`] : []),
    ...(carried > VIEW_LIMITS.actionsJson ? [`the buttons carry ${carried} characters, too much for Slack`] : []),
    ...(primary > 1 ? ['more than one button is primary'] : []),
    ...(new Set(codes).size < codes.length ? ['two buttons ask for the same'] : []),
  ];
}

function checkMentions({ parts, mentions }: MessageView): string[] {
  const unlisted = pingsOf(parts).filter(({ key }) => !mentions.includes(key));
  return [
    ...unlisted.map(({ key }) => `${key} is pinged and not listed in mentions`),
    ...(mentions.length > VIEW_LIMITS.mentions
      ? [`${mentions.length} people pinged, at most ${VIEW_LIMITS.mentions}`]
      : []),
  ];
}
