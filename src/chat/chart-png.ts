import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Chart } from '../message/view.ts';
import { chartSvg } from './chart.ts';

const FONTS = ['DejaVuSans.ttf', 'DejaVuSans-Bold.ttf'];

/**
 * A chart as a PNG on white, twice as many pixels each way as `size` says, for screens that show that many. Its letters
 * are of a font that comes with the product, so it looks the same on every machine.
 */
export async function chartPng(chart: Chart, size: { width: number; height: number }): Promise<Buffer> {
  const [{ renderAsync }, svg] = await Promise.all([import('@resvg/resvg-js'), chartSvg(chart, size)]);
  const drawn = await renderAsync(plainColours(svg), {
    font: {
      loadSystemFonts: false,
      fontFiles: FONTS.map((name) => join(fontFolder(), name)),
      defaultFontFamily: 'DejaVu Sans',
      sansSerifFamily: 'DejaVu Sans',
    },
    background: '#ffffff',
    fitTo: { mode: 'zoom', value: 2 },
    logLevel: 'off',
  });
  return drawn.asPng();
}

const fontFolder = (): string =>
  join(dirname(createRequire(import.meta.url).resolve('dejavu-fonts-ttf/package.json')), 'ttf');

/** There is no page whose colours it could take: what a page without colours would show. */
const plainColours = (svg: string): string => svg.replace(/var\(--[\w-]+,\s*(#[0-9a-f]{3,8})\)/gi, '$1');
