import type { Json } from '../shapes.ts';
import type { Faults, Rule } from './fault.ts';
import { richText } from './rich-text.ts';
import { all, byType, figure, flag, list, may, oneOf, shape, string, whole } from './rules.ts';

const is = (type: string): Rule => oneOf(type);
export const blockId = may(string({ max: 255 }));

const rawText = shape({ type: is('raw_text'), text: string() });
const rawNumber = shape({ type: is('raw_number'), value: figure, text: string() });
const cell = byType({ raw_text: rawText, raw_number: rawNumber, rich_text: richText });

/** At most a hundred rows of twenty cells. */
export const table: Rule = shape({
  type: is('table'),
  block_id: blockId,
  rows: list({ max: 100 }, list({ max: 20 }, cell)),
  column_settings: may(
    list({ min: 0, max: 20 }, shape({ align: may(oneOf('left', 'center', 'right')), is_wrapped: may(flag) })),
  ),
});

/** Letters that a reader sees of a cell, however deep they stand. */
function lettersOf(value: unknown): number {
  if (Array.isArray(value)) return value.reduce((sum: number, one) => sum + lettersOf(one), 0);
  if (typeof value !== 'object' || value === null) return 0;
  return Object.entries(value).reduce(
    (sum, [key, inside]) => sum + (key === 'text' && typeof inside === 'string' ? inside.length : lettersOf(inside)),
    0,
  );
}

const DATA_TABLE_LETTERS = 10_000;

const rowsAreEven: Rule = function* (value, pointer): Faults {
  const rows = ((value as Json).rows ?? []) as unknown[];
  const widths = rows.map((row) => (Array.isArray(row) ? row.length : 0));
  if (new Set(widths).size > 1)
    yield { pointer: `${pointer}/rows`, message: 'all rows must have the same number of cells' };
  const header = (rows[0] ?? []) as Json[];
  for (const [index, one] of header.entries()) {
    if (one?.type === 'rich_text') {
      yield { pointer: `${pointer}/rows/0/${index}`, message: 'rich_text is not supported in a header' };
    }
  }
  const letters = lettersOf(rows);
  if (letters > DATA_TABLE_LETTERS) yield { pointer: `${pointer}/rows`, message: `${letters} characters are too many` };
  const named = (value as Json).row_header_column_index;
  if (typeof named === 'number' && named >= header.length) {
    yield { pointer: `${pointer}/row_header_column_index`, message: 'is no column' };
  }
};

/** A header, and one to a hundred rows. */
export const dataTable: Rule = shape(
  {
    type: is('data_table'),
    block_id: blockId,
    rows: list({ min: 2, max: 101 }, list({ max: 20 }, cell)),
    caption: string(),
    page_size: may(whole(1, 100)),
    row_header_column_index: may(whole(0, 19)),
  },
  rowsAreEven,
);

const MOST_SERIES = 6;
const name = string({ max: 20 });
const point = shape({ label: name, value: figure });

const distinct = (names: readonly unknown[]): boolean => new Set(names).size === names.length;

/** Every series has one point for every category, in whatever order. */
const pointsFit: Rule = function* (value, pointer): Faults {
  const { series = [], axis_config: axis } = value as { series?: Json[]; axis_config?: Json };
  const categories = ((axis?.categories ?? []) as unknown[]).map(String);
  if (!distinct(categories)) yield { pointer: `${pointer}/axis_config/categories`, message: 'must be unique' };
  if (!distinct(series.map((one) => one.name))) yield { pointer: `${pointer}/series`, message: 'names must be unique' };
  for (const [index, one] of series.entries()) {
    const labels = ((one.data ?? []) as Json[]).map((each) => String(each.label));
    if ([...labels].sort().join('\n') !== [...categories].sort().join('\n')) {
      yield { pointer: `${pointer}/series/${index}/data`, message: 'must have one point for each category' };
    }
  }
};

const axes = (type: string): Rule =>
  shape(
    {
      type: is(type),
      series: list({ max: MOST_SERIES }, shape({ name, data: list({ max: 20 }, point) })),
      axis_config: shape({
        categories: list({ max: 20 }, name),
        x_label: may(string({ max: 50 })),
        y_label: may(string({ max: 50 })),
      }),
    },
    pointsFit,
  );

const abovezero: Rule = function* (value, pointer): Faults {
  if (typeof value === 'number' && value <= 0) yield { pointer, message: 'must be more than 0' };
};

const pie: Rule = shape({
  type: is('pie'),
  segments: list({ max: MOST_SERIES }, shape({ label: name, value: all(figure, abovezero) })),
});

export const chart: Rule = shape({
  type: is('data_visualization'),
  block_id: blockId,
  title: string({ max: 50 }),
  chart: byType({ line: axes('line'), bar: axes('bar'), area: axes('area'), pie }),
});
