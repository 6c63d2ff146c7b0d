import type { RawFile } from 'discord.js';
import type { Logger } from '../../../log.ts';
import { cutUnits } from '../../../message/clean.ts';
import type { Chart } from '../../../message/view.ts';
import { canonicalJson } from '../../../values/canonical-json.ts';
import { chartPng } from '../../chart-png.ts';
import { plainError } from '../../connect/plain-error.ts';
import { spokenChart } from '../../spoken-chart.ts';
import { DISCORD_LIMITS } from '../limits.ts';
import type { Picture } from '../options.ts';

const SIZE = { width: 640, height: 320 };
/** A message that goes to several channels, or is edited, is drawn once. */
const MOST_KEPT = 20;
const KEPT = new Map<string, Buffer>();

/** A picture among a message's attachments. */
export interface Drawn extends Picture {
  file: RawFile;
}

/** A picture of each of the charts by its content, without those that cannot be drawn; why is logged. */
export async function picturesOf(charts: readonly Chart[], log: Logger): Promise<Map<string, Drawn>> {
  const found = new Map<string, Drawn>();
  for (const chart of charts) {
    const key = canonicalJson(chart);
    if (found.has(key)) continue;
    try {
      const data = await pngOf(key, chart);
      const name = `chart-${found.size + 1}.png`;
      const alt = cutUnits(spokenChart(chart), DISCORD_LIMITS.description);
      found.set(key, { name, alt, file: { name, data, contentType: 'image/png' } });
    } catch (error) {
      log.warn(plainError(error), 'A chart is shown as figures, for there is no picture of it.');
    }
  }
  return found;
}

async function pngOf(key: string, chart: Chart): Promise<Buffer> {
  const data = KEPT.get(key) ?? (await chartPng(chart, SIZE));
  KEPT.delete(key);
  KEPT.set(key, data);
  const [oldest] = KEPT.keys();
  if (KEPT.size > MOST_KEPT && oldest !== undefined) KEPT.delete(oldest);
  return data;
}
