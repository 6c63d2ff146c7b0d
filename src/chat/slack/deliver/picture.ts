import { elapsedOf } from '../../../clock.ts';
import type { Chart } from '../../../message/view.ts';
import { canonicalJson } from '../../../values/canonical-json.ts';
import { chartPng } from '../../chart-png.ts';
import { plainError } from '../../connect/plain-error.ts';
import { spokenChart } from '../../spoken-chart.ts';
import type { Picture } from '../options.ts';
import type { Slack } from '../slack.ts';
import { upload } from './upload.ts';

const SIZE = { width: 640, height: 320 };
/** For all pictures of one message; beyond it the post itself would come late, and figures are shown without a picture. */
const PATIENCE_MS = 4000;
/** What failed is not tried again for that long, so that the message that waits for it can be said meanwhile. */
const FAILED_MS = 5 * 60_000;
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
  /** Until when a chart goes without. */
  readonly #failed = new Map<string, number>();

  constructor(slack: Slack) {
    this.#slack = slack;
  }

  /** By the charts' content; without those that there is none of in time, whatever the reason: it is logged. */
  async of(charts: readonly Chart[]): Promise<Map<string, Picture>> {
    const { clock } = this.#slack.ground;
    const enough = new AbortController();
    const late = clock.wait(PATIENCE_MS, enough.signal).then(
      () => null,
      () => null,
    );
    try {
      const found = await Promise.all(
        [...new Map(charts.map((chart) => [canonicalJson(chart), chart]))].map(
          async ([key, chart]) => [key, await this.#one(key, chart, { late, over: enough.signal })] as const,
        ),
      );
      return new Map(found.flatMap(([key, picture]) => (picture ? [[key, picture] as const] : [])));
    } finally {
      enough.abort(new Error('too late'));
    }
  }

  async #one(
    key: string,
    chart: Chart,
    { late, over }: { late: Promise<null>; over: AbortSignal },
  ): Promise<Picture | null> {
    const kept = this.#kept.get(key);
    if (kept) return kept;
    const { clock, log } = this.#slack.ground;
    if (elapsedOf(clock) < (this.#failed.get(key) ?? Number.NEGATIVE_INFINITY)) return null;
    try {
      const alt = spokenChart(chart);
      const slackFileId = await Promise.race([this.#upload(chart, alt, over), late]);
      if (slackFileId === null) throw new Error(`not ready within ${PATIENCE_MS / 1000} s`);
      const picture = { slackFileId, alt };
      keep(this.#kept, key, picture);
      return picture;
    } catch (error) {
      keep(this.#failed, key, elapsedOf(clock) + FAILED_MS);
      log.warn(plainError(error), 'A chart is shown as figures, for Slack has no picture of it.');
      return null;
    }
  }

  /** Into no channel, so that it is seen in the message alone. A message may name it once Slack has looked at it. */
  async #upload(chart: Chart, alt: string, over: AbortSignal): Promise<string> {
    const { clients, ground } = this.#slack;
    const named = { name: 'chart.png', title: chart.title.slice(0, 200), alt: alt.slice(0, 1000) };
    const uploaded = await upload(this.#slack, named, await chartPng(chart, SIZE));
    const { id } = uploaded;
    over.throwIfAborted();
    await clients.later.files.completeUploadExternal({ files: [uploaded] });
    for (let look = 0; look < LOOKS; look += 1) {
      over.throwIfAborted();
      const { file: info } = await clients.later.files.info({ file: id });
      if (info?.mimetype) return id;
      await ground.clock.wait(LOOK_MS, over);
    }
    throw new Error('Slack has not looked at the file');
  }
}

function keep<T>(all: Map<string, T>, key: string, value: T): void {
  all.set(key, value);
  const [oldest] = all.keys();
  if (all.size > MOST_KEPT && oldest !== undefined) all.delete(oldest);
}
