import { clean, cut } from '../message/clean.ts';
import type { Chart } from '../message/view.ts';

/** The colours of series where the page names none: one for each that a chart may have. */
const OWN = ['#0b57d0', '#b06000', '#146c2e', '#8430ce', '#a50e0e', '#00639b'];

/** Colours that stand for the page's own, so that a chart suits light and dark: what is drawn with, and what it becomes. */
const TEXT = '#010101';
const LINE = '#010102';
const SERIES = ['#010201', '#010202', '#010203', '#010204', '#010205', '#010206'];
const PAINTS: Record<string, string> = {
  [TEXT]: 'var(--soft, #57606b)',
  [LINE]: 'var(--line, #dde1e6)',
  ...Object.fromEntries(SERIES.map((paint, index) => [paint, `var(--chart-${index + 1}, ${OWN[index]})`])),
};
const FONT = 12;

/**
 * A chart as one `<svg>` of this size, its text escaped, without styles, scripts or ids, so that it may stand in a page of
 * a strict policy any number of times. A value of null is a gap, and its label says n/a.
 */
export async function chartSvg(chart: Chart, { width, height }: { width: number; height: number }): Promise<string> {
  const echarts = await load();
  const drawn = echarts.init(null, null, { renderer: 'svg', ssr: true, width, height });
  try {
    drawn.setOption(optionsOf(chart));
    return painted(drawn.renderToSVGString());
  } finally {
    drawn.dispose();
  }
}

let loaded: Promise<typeof import('echarts/core')> | undefined;

/** Some megabytes of code, so only for whoever draws. */
function load(): Promise<typeof import('echarts/core')> {
  loaded ??= Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]).then(([core, charts, components, renderers]) => {
    core.use([
      charts.BarChart,
      charts.LineChart,
      components.GridComponent,
      components.LegendComponent,
      renderers.SVGRenderer,
    ]);
    return core;
  });
  return loaded;
}

function optionsOf({ kind, labels, series }: Chart) {
  const text = { color: TEXT, fontSize: FONT, fontFamily: 'sans-serif' };
  const many = series.length > 1;
  const legend = {
    data: series.map(({ name }) => lineOf(name)),
    textStyle: text,
    top: 0,
    itemHeight: 10,
    silent: true,
  };
  const missing = (index: number) => series.some(({ values }) => values[index] == null);
  return {
    animation: false,
    color: SERIES,
    textStyle: text,
    ...(many ? { legend } : {}),
    grid: {
      left: 4,
      right: 12,
      top: many ? 32 : 12,
      bottom: 4,
      outerBoundsMode: 'same' as const,
      outerBoundsContain: 'axisLabel' as const,
    },
    xAxis: {
      type: 'category' as const,
      data: labels.map((label, index) => `${lineOf(label)}${missing(index) ? '\nn/a' : ''}`),
      axisLabel: { ...text, hideOverlap: true },
      axisLine: { lineStyle: { color: LINE } },
      axisTick: { show: false },
    },
    yAxis: { type: 'value' as const, axisLabel: text, splitLine: { lineStyle: { color: LINE } } },
    series: series.map(({ name, values }) => ({
      type: kind,
      name: lineOf(name),
      data: values.map(drawable),
      clip: false,
      silent: true,
      emphasis: { disabled: true },
      ...(kind === 'line' ? { symbolSize: 6, symbol: 'circle' } : { barMaxWidth: 36 }),
    })),
  };
}

/** Beyond these no axis has room; the figures themselves stand beside the picture. */
const drawable = (value: number | null): number | '-' => {
  if (value === null || !(Math.abs(value) <= 1e15)) return '-';
  return Math.abs(value) < 1e-9 ? 0 : value;
};

/**
 * One label, cut to what an axis has room for. The library keeps texts as the keys of bare objects, where a label such as
 * `__proto__` would reach the prototype of every object of this process; with a blank behind it, it is a key like any other.
 */
function lineOf(text: string): string {
  const line = cut(clean(text).replaceAll('\n', ' '), 24);
  return line in Object.prototype ? `${line}\u00A0` : line;
}

/** Style attributes and a style sheet are against the console's policy; what they say is said by attributes instead. */
function painted(svg: string): string {
  const bare = svg
    .replace(/<style[\s\S]*?<\/style>/g, '')
    // A clip is found by an id of its own, which a page may hold only once; nothing is drawn outside of it.
    .replace(/<defs\b[\s\S]*?<\/defs>/g, '')
    .replace(/ clip-path="[^"]*"/g, '')
    .replace(/ (?:class|ecmeta_[a-z_]+|xml:space)="[^"]*"/g, '')
    .replace(
      /<([a-z]+)([^>]*?) style="([^"]*)"/gi,
      (_all, tag: string, before: string, style: string) =>
        `<${tag}${before}${tag === 'svg' ? '' : attributesOf(style)}`,
    )
    .replace(/>\s+</g, '><')
    .trim();
  return Object.entries(PAINTS).reduce((text, [from, to]) => text.replaceAll(`"${from}"`, `"${to}"`), bare);
}

const attributesOf = (style: string): string =>
  style
    .split(';')
    .map((rule) => /^\s*(font-size|font-family|font-weight)\s*:\s*([\w .%-]+?)\s*$/.exec(rule))
    .map((found) => (found ? ` ${found[1]}="${found[2]}"` : ''))
    .join('');
