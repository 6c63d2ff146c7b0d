import { clean, cutUnits } from '../../message/clean.ts';
import { figureLines } from '../../message/plain.ts';
import type { Chart } from '../../message/view.ts';
import { type Block, type DataVisualization, plainObject } from './block-kit.ts';
import { SLACK_LIMITS } from './limits.ts';
import type { Picture } from './options.ts';
import { preformatted, richText, section, textLeaf } from './rich-text.ts';

/**
 * A chart of Slack's own, or null where Slack could not draw it truly: it has no gaps, so a line that would be drawn
 * across one, a value that is missing in one series only, and names that are the same once they are cut need a picture
 * or the figures instead.
 */
export function chartBlocks(chart: Chart): Block[] | null {
  const { labels, series } = chart;
  const missing = labels.filter((_, index) => series.every(({ values }) => values[index] === null));
  const at = labels.flatMap((_, index) => (series.every(({ values }) => values[index] !== null) ? [index] : []));
  const categories = at.map((index) => name(labels[index] ?? ''));
  const drawn = series.map((each) => ({
    name: name(each.name),
    data: at.map((index, place) => ({ label: categories[place] ?? '', value: each.values[index] ?? 0 })),
  }));
  const whole = at.length + missing.length === labels.length && at.length > 0 && at.length <= SLACK_LIMITS.chartPoints;
  if (chart.kind === 'line' && bridged(at)) return null;
  if (!whole || !distinct(categories) || !distinct(drawn.map((each) => each.name))) return null;
  if (drawn.length > SLACK_LIMITS.chartSeries) return null;
  const block: DataVisualization = {
    type: 'data_visualization',
    title: cutUnits(clean(chart.title), SLACK_LIMITS.chartTitle),
    chart: {
      type: chart.kind,
      series: drawn,
      axis_config: {
        categories,
        ...(chart.unit ? { y_label: cutUnits(clean(chart.unit), SLACK_LIMITS.chartAxis) } : {}),
      },
    },
  };
  const gaps = missing.length > 0 ? [richText(section(textLeaf(`unavailable: ${missing.join(', ')}`)))] : [];
  return [block, ...gaps];
}

/** Whether Slack draws it as it is; where not, a picture of it tells more than its figures. */
export const drawnBySlack = (chart: Chart): boolean => chartBlocks(chart) !== null;

const bridged = (at: readonly number[]): boolean =>
  at.some((index, place) => place > 0 && index !== (at[place - 1] ?? 0) + 1);

const name = (text: string): string => cutUnits(clean(text).trim(), SLACK_LIMITS.chartName) || '–';

const distinct = (names: string[]): boolean => new Set(names).size === names.length;

/**
 * Its figures in a fixed width: where Slack has no chart to give, and in modals. The title stands above, since as the
 * head of a column it would make each line longer than a phone shows.
 */
export const preformattedChart = (chart: Chart): Block[] => [
  richText(section(textLeaf(chart.title, { bold: true })), preformatted(figureLines(chart, ''))),
];

/** The picture that was uploaded of it. */
export const pictureBlocks = ({ title, unit }: Chart, { slackFileId, alt }: Picture): Block[] => [
  {
    type: 'image',
    slack_file: { id: slackFileId },
    alt_text: cutUnits(clean(alt), SLACK_LIMITS.imageText),
    title: plainObject(cutUnits(clean(`${title}${unit ? ` in ${unit}` : ''}`), SLACK_LIMITS.imageText)),
  },
];
