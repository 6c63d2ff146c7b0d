import { addresses, counts, each, type Faults, type Json, listAt, objectAt, oneOf, texts } from '../faults.ts';
import { checkElement, checkText, type Surface } from './check-elements.ts';
import { checkRichText } from './check-rich-text.ts';
import { checkDataTable, checkTable } from './check-tables.ts';
import { SLACK_LIMITS as MOST } from './limits.ts';

interface Kind {
  on: readonly Surface[];
  check: (block: Json, pointer: string) => Faults;
}

const ALL: readonly Surface[] = ['message', 'modal', 'home'];

/** The blocks we know how to hold against Slack's rules, and where Slack takes them. */
const KINDS: Record<string, Kind> = {
  header: { on: ALL, check: (block, at) => checkText(block.text, `${at}/text`, MOST.header) },
  divider: { on: ALL, check: function* () {} },
  section: { on: ALL, check: checkSection },
  context: { on: ALL, check: checkContext },
  actions: { on: ALL, check: checkActions },
  input: { on: ALL, check: checkInput },
  image: { on: ALL, check: checkImage },
  rich_text: { on: ALL, check: checkRichText },
  table: { on: ['message'], check: checkTable },
  data_table: { on: ['message'], check: checkDataTable },
  data_visualization: { on: ['message'], check: checkChart },
  alert: { on: ['modal'], check: checkAlert },
};

/** One block on the surface it is meant for. */
export function* checkBlock(block: Json, pointer: string, surface: Surface): Faults {
  const kind = KINDS[String(block.type)];
  if (!kind) return yield { pointer: `${pointer}/type`, message: `${String(block.type)} is no block we know` };
  if (!kind.on.includes(surface))
    yield { pointer: `${pointer}/type`, message: `${String(block.type)} does not go into a ${surface}` };
  if (block.block_id !== undefined) yield* texts(block.block_id, `${pointer}/block_id`, MOST.blockId);
  yield* kind.check(block, pointer);
}

function* checkSection(block: Json, pointer: string): Faults {
  if (block.text === undefined && block.fields === undefined) yield { pointer, message: 'needs a text or fields' };
  if (block.text !== undefined) yield* checkText(block.text, `${pointer}/text`, MOST.textObject, false);
  if (block.fields !== undefined) yield* counts(block.fields, `${pointer}/fields`, MOST.sectionFields);
  yield* each(block.fields, `${pointer}/fields`, (field, at) => checkText(field, at, MOST.sectionField, false));
  if (block.accessory !== undefined) yield* checkElement(objectAt(block.accessory), `${pointer}/accessory`, 'section');
}

function* checkContext(block: Json, pointer: string): Faults {
  yield* counts(block.elements, `${pointer}/elements`, MOST.contextElements);
  yield* each(block.elements, `${pointer}/elements`, (element, at) =>
    element.type === 'image' ? checkImage(element, at) : checkText(element, at, MOST.textObject, false),
  );
}

function* checkActions(block: Json, pointer: string): Faults {
  yield* counts(block.elements, `${pointer}/elements`, MOST.actionElements);
  yield* each(block.elements, `${pointer}/elements`, (element, at) => checkElement(element, at, 'actions'));
  const primary = listAt(block.elements).filter((element) => objectAt(element).style === 'primary').length;
  if (primary > 1) yield { pointer, message: 'has more than one primary button' };
}

function* checkInput(block: Json, pointer: string): Faults {
  yield* checkText(block.label, `${pointer}/label`, MOST.inputLabel);
  if (block.hint !== undefined) yield* checkText(block.hint, `${pointer}/hint`, MOST.inputHint);
  yield* checkElement(objectAt(block.element), `${pointer}/element`, 'input');
}

function* checkImage(block: Json, pointer: string): Faults {
  yield* texts(block.alt_text, `${pointer}/alt_text`, MOST.imageText);
  if ((block.image_url === undefined) === (block.slack_file === undefined))
    yield { pointer, message: 'needs either image_url or slack_file' };
  if (block.image_url !== undefined) yield* addresses(block.image_url, `${pointer}/image_url`, MOST.url);
}

function* checkAlert(block: Json, pointer: string): Faults {
  yield* checkText(block.text, `${pointer}/text`, MOST.alert, false);
  yield* oneOf(block.level ?? 'default', `${pointer}/level`, ['default', 'info', 'warning', 'error', 'success']);
}

function* checkChart(block: Json, pointer: string): Faults {
  const chart = objectAt(block.chart);
  const axis = objectAt(chart.axis_config);
  const at = `${pointer}/chart`;
  yield* texts(block.title, `${pointer}/title`, MOST.chartTitle);
  yield* oneOf(chart.type, `${at}/type`, ['bar', 'line', 'area']);
  yield* counts(axis.categories, `${at}/axis_config/categories`, MOST.chartPoints);
  for (const [index, category] of listAt(axis.categories).entries())
    yield* texts(category, `${at}/axis_config/categories/${index}`, MOST.chartName);
  yield* texts(axis.y_label, `${at}/axis_config/y_label`, MOST.chartAxis, 0);
  yield* counts(chart.series, `${at}/series`, MOST.chartSeries);
  const names = listAt(chart.series).map((series) => objectAt(series).name);
  if (new Set(names).size < names.length) yield { pointer: `${at}/series`, message: 'has one name twice' };
  yield* each(chart.series, `${at}/series`, function* (series, where) {
    yield* texts(series.name, `${where}/name`, MOST.chartName);
    const labels = listAt(series.data).map((point) => objectAt(point).label);
    if (JSON.stringify(labels) !== JSON.stringify(axis.categories) || new Set(labels).size < labels.length)
      yield { pointer: `${where}/data`, message: 'has not one point for each category' };
    yield* each(series.data, `${where}/data`, function* (point, here) {
      if (!Number.isFinite(point.value)) yield { pointer: `${here}/value`, message: 'must be a number' };
    });
  });
}
