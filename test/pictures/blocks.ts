import { chartSvg } from '#src/chat/chart.ts';
import type { Block, Cell, DataTable, DataVisualization, RawNumber, Table } from '#src/chat/slack/block-kit.ts';
import { elementHtml, inputHtml } from './elements.ts';
import { escaped } from './escaped.ts';
import type { PictureReader } from './reader.ts';
import { richTextHtml, unknown } from './rich-text.ts';

/** Blocks below each other. */
export async function blocksHtml(blocks: readonly Block[], reader: PictureReader): Promise<string> {
  const drawn = await Promise.all(blocks.map((block) => blockHtml(block, reader)));
  return drawn.map((html, index) => `<div class="block ${blocks[index]?.type}">${html}</div>`).join('');
}

/** One block as Slack shows it; throws for one that nobody has drawn yet. */
async function blockHtml(block: Block, reader: PictureReader): Promise<string> {
  switch (block.type) {
    case 'header':
      return `<h2>${escaped(block.text.text)}</h2>`;
    case 'context':
      return `<div class="small">${block.elements.map(({ text }) => escaped(text)).join(' ')}</div>`;
    case 'section':
      return `<div>${escaped(block.text.text)}</div>`;
    case 'actions':
      return `<div class="row">${block.elements.map(elementHtml).join('')}</div>`;
    case 'input':
      return inputHtml(block);
    case 'alert':
      return `<div class="alert-box ${block.level}"><span>${SIGNS[block.level]}</span>${escaped(block.text.text)}</div>`;
    case 'image':
      return `<div class="small">${escaped(block.title?.text ?? '')}</div><div class="picture">${escaped(block.alt_text)}</div>`;
    case 'rich_text':
      return richTextHtml(block, reader);
    case 'table':
      return tableHtml(block, reader);
    case 'data_table':
      return pagedHtml(block, reader);
    case 'data_visualization':
      return chartHtml(block);
    default:
      return unknown(block);
  }
}

const SIGNS = { default: '•', info: 'i', warning: '⚠', error: '⊘', success: '✓' };

const tableHtml = ({ rows, column_settings }: Table, reader: PictureReader): string =>
  `<div class="scroll"><table>${rows
    .map((row, index) => {
      const tag = index === 0 ? 'th' : 'td';
      return `<tr>${row
        .map((cell, at) => {
          const { align, is_wrapped } = column_settings[at] ?? { align: 'left', is_wrapped: false };
          return `<${tag} class="${align} ${is_wrapped ? 'wrap' : ''}">${cellHtml(cell, reader)}</${tag}>`;
        })
        .join('')}</tr>`;
    })
    .join('')}</table></div>`;

/** Its first page. */
function pagedHtml({ caption, rows, page_size }: DataTable, reader: PictureReader): string {
  const [head, ...body] = rows;
  const shown = body.slice(0, page_size);
  const row = (cells: readonly (Cell | RawNumber)[], tag: string) =>
    `<tr>${cells.map((cell) => `<${tag} class="${cell.type === 'raw_number' ? 'right' : ''}">${cellHtml(cell, reader)}</${tag}>`).join('')}</tr>`;
  const pages = `<div class="pages small"><span>1–${shown.length} of ${body.length}</span><span>‹ 1 of ${Math.ceil(body.length / page_size)} ›</span></div>`;
  return `<b>${escaped(caption)}</b><div class="scroll"><table>${row(head ?? [], 'th')}${shown.map((cells) => row(cells, 'td')).join('')}</table></div>${pages}`;
}

function cellHtml(cell: Cell | RawNumber, reader: PictureReader): string {
  switch (cell.type) {
    case 'raw_text':
    case 'raw_number':
      return escaped(cell.text);
    case 'rich_text':
      return richTextHtml(cell, reader);
    default:
      return unknown(cell);
  }
}

async function chartHtml({ title, chart: { type, series, axis_config } }: DataVisualization): Promise<string> {
  const svg = await chartSvg(
    {
      part: 'chart',
      title,
      kind: type,
      unit: axis_config.y_label ?? '',
      labels: axis_config.categories,
      series: series.map(({ name, data }) => ({ name, values: data.map(({ value }) => value) })),
    },
    { width: 420, height: 200 },
  );
  const unit = axis_config.y_label ? ` <span class="small">${escaped(axis_config.y_label)}</span>` : '';
  return `<div class="chart"><b>${escaped(title)}</b>${unit}<div>${svg}</div></div>`;
}
