import { cut } from '../src/message/clean.ts';
import type { Text } from '../src/message/text.ts';
import type { MessageView, Part } from '../src/message/view.ts';
import type { OutputPreview } from '../src/reports/output-previews.ts';
import type { ReviewLook, ShortChange } from '../src/reports/review-look.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { headline, reviewView } from './review.ts';
import { reviewActions } from './review-actions.ts';
import { becauseLine, checklistOf, completenessLine, hashLine, outputLine } from './review-lines.ts';
import { roleLine, standing, toneOf, whoLine } from './review-state.ts';
import { join, labelled, link, outputPath, reviewPath, time } from './say.ts';
import type { Reader } from './time.ts';
import { counted } from './words.ts';

const MOST_FILES = 10;
const MOST_CHECKS = 10;
const LONGEST_QUOTE = 2000;
const LONGEST_LINE = 160;

/**
 * What Look opens, privately, for a person who may see the contents: the brief with its numbers, the checks that did not
 * pass, how the outputs begin, the skill's own words, what is different from the last approved, and the files. For anybody
 * else what the channel shows, and why no more.
 */
export function reviewBriefView(look: ReviewLook, reader: Reader): MessageView {
  if (look.hidden !== null) return withoutContents(look, reader);
  const lines = [
    ...standing(look, reader),
    becauseLine(look),
    completenessLine(look),
    outputLine(look),
    whoLine(look, reader),
    roleLine(look),
  ];
  const cannot = look.cannot_decide === null ? [] : [[look.cannot_decide]];
  return {
    summary: [[`${look.review_id}, ${oneLine(look.title, 120)}: what to look at.`]],
    parts: [
      { part: 'headline', tone: toneOf(look), text: headline(look, reader) },
      { part: 'prose', lines: [...lines.filter((line) => line.length > 0), ...cannot] },
      checklistOf(look),
      ...failedChecks(look),
      ...look.previews.flatMap(previewParts),
      ...skillWords(look),
      ...differenceParts(look),
      ...fileParts(look),
      { part: 'footnote', text: hashLine(look) },
      { part: 'actions', actions: reviewActions(look, reader.now, { looked: true }) },
    ],
    mentions: [],
  };
}

function withoutContents(look: ReviewLook, reader: Reader): MessageView {
  const view = reviewView(look, reader, { looked: true });
  const lines = [look.cannot_decide, look.hidden].filter((line) => line !== null).map((line) => [line]);
  const [first, ...rest] = view.parts;
  return { ...view, parts: [...(first ? [first] : []), { part: 'prose', lines }, ...rest] };
}

function failedChecks({ checks }: ReviewLook): Part[] {
  const bad = checks.filter(({ result }) => result !== 'PASS');
  if (bad.length === 0) return [];
  const shown = bad
    .slice(0, MOST_CHECKS)
    .map(
      ({ name, result, message }): Text => [`${name} ${result}${message ? `: ${oneLine(message, LONGEST_LINE)}` : ''}`],
    );
  const left = bad.length - shown.length;
  const rest: Text[] = left > 0 ? [[`and ${counted(left, 'more check')}`]] : [];
  const title = labelled('Checks that did not pass', `${bad.length} of ${checks.length}`);
  return [{ part: 'prose', lines: [title, ...shown, ...rest] }];
}

/** `brief.md begins`, its first lines, and how much more there is; what we say of it is no part of the quote. */
function previewParts({ path, lines, more, remark }: OutputPreview): Part[] {
  const name = oneLine(path, 100);
  const rest = more === 0 ? [] : [`… ${more === null ? 'and more' : counted(more, 'more line')}`];
  const text = [...lines.map((line) => cut(line, LONGEST_LINE)), ...rest].join('\n');
  return [
    ...(remark ? [{ part: 'prose' as const, lines: [[`${name}: ${oneLine(remark)}`]] }] : []),
    ...(lines.length > 0 ? [{ part: 'quote' as const, by: `${name} begins`, text }] : []),
  ];
}

/** The skill's summary and flags, as its words and not ours; its confidence as a figure. */
function skillWords({ summary, flags, confidence }: ReviewLook): Part[] {
  return [
    ...(confidence === null ? [] : [{ part: 'prose' as const, lines: [labelled('Confidence', String(confidence))] }]),
    ...(summary ? [{ part: 'quote' as const, by: "The skill's summary", text: shortened(summary) }] : []),
    ...(flags.length > 0
      ? [
          {
            part: 'quote' as const,
            by: "The skill's flags",
            text: shortened(flags.map((flag) => oneLine(flag)).join('\n')),
          },
        ]
      : []),
  ];
}

const shortened = (text: string): string =>
  text.length > LONGEST_QUOTE ? `${text.slice(0, LONGEST_QUOTE).toWellFormed()}…` : text;

function differenceParts({ review_id, difference }: ReviewLook): Part[] {
  if (!difference)
    return [{ part: 'prose', lines: [['Nothing was approved before, so there is nothing to compare with.']] }];
  const { placed_at, changes, unchanged, more } = difference;
  const rest = [
    ...(more > 0 ? [`${counted(more, 'more file')} changed`] : []),
    ...(unchanged > 0 ? [`${counted(unchanged, 'file')} the same`] : []),
  ];
  const lines = changes.length === 0 ? ['no file differs'] : [...changes.map(changeText), ...rest];
  return [
    {
      part: 'prose',
      lines: [
        ['Compared with the last approved (', time(placed_at), `): ${lines.join('; ')}`],
        ...stillToCompare(review_id, changes),
      ],
    },
    ...changes
      .filter((change) => change.lines.length > 0)
      .map((change) => ({
        part: 'quote' as const,
        by: `Difference in ${oneLine(change.path, 100)}`,
        text: change.lines.map((line) => oneLine(line, LONGEST_LINE)).join('\n'),
      })),
  ];
}

/** The files for which there was no time here, each with the page that compares it before any other. */
function stillToCompare(reviewId: string, changes: readonly ShortChange[]): Text[] {
  const links = changes
    .filter(({ late }) => late)
    .map(({ path }) => [link(oneLine(path, 100), `${reviewPath(reviewId)}?first=${encodeURIComponent(path)}#changes`)]);
  return links.length > 0 ? [['Still to compare, on the page: ', ...join(links, ', ')]] : [];
}

/** `brief.md 3 lines added, 1 removed`, `chart.png changed (contents are not text …)`, `crm.csv is new`. */
function changeText({ path, how, counted: count, why }: ShortChange): string {
  const name = oneLine(path, 100);
  if (how === 'added') return `${name} is new`;
  if (how === 'removed') return `${name} is gone`;
  if (!count) return `${name} changed${why ? ` (${oneLine(why, LONGEST_LINE).replace(/\.$/, '')})` : ''}`;
  const kinds = [
    [count.added, 'added'],
    [count.removed, 'removed'],
    [count.changed, 'changed'],
  ] as const;
  const parts = kinds.filter(([number]) => number > 0);
  const [first, ...others] = parts.map(
    ([number, word], index) => `${index === 0 ? counted(number, count.unit) : number.toLocaleString('en-GB')} ${word}`,
  );
  return `${name} ${[first ?? `${counted(0, count.unit)} changed`, ...others].join(', ')}`;
}

const fileParts = ({ outputs, run_id }: ReviewLook): Part[] =>
  outputs
    .slice(0, MOST_FILES)
    .map(({ path, bytes }) => ({ part: 'file', name: oneLine(path, 120), bytes, path: outputPath(run_id, path) }));
