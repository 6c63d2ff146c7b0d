import { clean } from '../../../message/clean.ts';
import type { Chart } from '../../../message/view.ts';
import { canonicalJson } from '../../../values/canonical-json.ts';
import { chartPng } from '../../chart-png.ts';
import type { Picture } from '../options.ts';
import type { Slack } from '../slack.ts';

const SIZE = { width: 640, height: 320 };
/** Beyond it the post itself would come late; its figures are shown without a picture then. */
const PATIENCE_MS = 6000;
const LOOKS = 6;
const LOOK_MS = 500;
const MOST_KEPT = 200;

/**
 * Pictures of charts as the workspace holds them. The same chart is uploaded once, so that an edit of a message shows the
 * picture that it showed.
 */
export class Pictures {
  readonly #slack: Slack;
  readonly #kept = new Map<string, Picture>();

  constructor(slack: Slack) {
    this.#slack = slack;
  }

  /** Null where there is none in time, whatever the reason: it is logged, and the figures are shown as text. */
  async of(chart: Chart): Promise<Picture | null> {
    const key = canonicalJson(chart);
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const { clock, log } = this.#slack.ground;
    const enough = new AbortController();
    try {
      const alt = spoken(chart);
      const late = clock.wait(PATIENCE_MS, enough.signal).then(() => null);
      const slackFileId = await Promise.race([this.#upload(chart, alt, enough.signal), late]);
      if (slackFileId === null) throw new Error(`not ready within ${PATIENCE_MS / 1000} s`);
      const picture = { slackFileId, alt };
      this.#keep(key, picture);
      return picture;
    } catch (error) {
      log.warn({ err: error }, 'A chart is shown as figures, for Slack has no picture of it.');
      return null;
    } finally {
      enough.abort(new Error('too late'));
    }
  }

  #keep(key: string, picture: Picture): void {
    this.#kept.set(key, picture);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > MOST_KEPT && oldest !== undefined) this.#kept.delete(oldest);
  }

  /** Into no channel, so that it is seen in the message alone. A message may name it once Slack has looked at it. */
  async #upload(chart: Chart, alt: string, over: AbortSignal): Promise<string> {
    const { clients, ground } = this.#slack;
    const file = await chartPng(chart, SIZE);
    const title = chart.title.slice(0, 200);
    const asked = { file, filename: 'chart.png', title, alt_text: alt.slice(0, 1000) };
    const answer = await clients.later.filesUploadV2(asked);
    const id = answer.files.flatMap(({ files = [] }) => files).find((one) => one.id !== undefined)?.id;
    if (id === undefined) throw new Error('Slack named no file');
    for (let look = 0; look < LOOKS; look += 1) {
      over.throwIfAborted();
      const { file: info } = await clients.later.files.info({ file: id });
      if (info?.mimetype) return id;
      await ground.clock.wait(LOOK_MS, over);
    }
    throw new Error('Slack has not looked at the file');
  }
}

/** What is to be seen in it, for those who hear it. */
function spoken({ kind, title, unit, labels, series }: Chart): string {
  const value = (one: number | null | undefined) =>
    one == null ? 'unavailable' : one.toLocaleString('en-GB', { maximumFractionDigits: 2 });
  const lines = series.map(
    ({ name, values }) => `${name}: ${labels.map((label, index) => `${label} ${value(values[index])}`).join(', ')}`,
  );
  return clean(`${title}${unit ? ` in ${unit}` : ''}, a ${kind} chart. ${lines.join('; ')}.`);
}
