import { messageOf } from '../../../errors.ts';
import type { Chart, MessageView } from '../../../message/view.ts';
import { canonicalJson } from '../../../values/canonical-json.ts';
import { DeliveryError } from '../../adapter.ts';
import type { SlackMessage } from '../block-kit.ts';
import { drawnBySlack } from '../chart.ts';
import type { Picture, SlackOptions } from '../options.ts';
import { renderSlack } from '../render.ts';
import type { Slack } from '../slack.ts';
import { detailsOf, drawnAmiss } from './failures.ts';
import { Pictures } from './picture.ts';

/** Newer blocks come to workspaces one after the other: after that long it is tried again whether this one takes them. */
const REMEMBERED_MS = 60 * 60_000;
const NEWER: ReadonlySet<string> = new Set(['table', 'data_table', 'data_visualization']);

/**
 * Draws messages as richly as the workspace takes them. Where it refuses the newer blocks, tables are drawn in a fixed
 * width and charts as uploaded pictures, or as figures; that is remembered for a while, so that not every message is
 * tried twice.
 */
export class Drawer {
  readonly #slack: Slack;
  readonly #pictures: Pictures;
  #plainUntil = Number.NEGATIVE_INFINITY;

  constructor(slack: Slack) {
    this.#slack = slack;
    this.#pictures = new Pictures(slack);
  }

  /** Hands the message to `send`, which throws what Slack's library throws, plainer each time its blocks are refused. */
  async send<T>(view: MessageView, send: (message: SlackMessage) => Promise<T>): Promise<T> {
    const options = await this.#slack.draw('message');
    const rich = drawn(view, await this.#pictured(view, options));
    const newer = rich.blocks.some(({ type }) => NEWER.has(type));
    if (!newer && !rich.blocks.some(({ type }) => type === 'image')) return send(rich);
    if (this.#now >= this.#plainUntil) {
      try {
        return await send(rich);
      } catch (error) {
        if (!drawnAmiss(error)) throw error;
        const { log } = this.#slack.ground;
        log.warn(
          { err: error, found: detailsOf(error).messages },
          'Slack refuses the blocks; drawn again by plainer ones.',
        );
      }
    }
    const answer = await this.#plainly(view, options, send);
    if (newer) this.#plainUntil = Math.max(this.#plainUntil, this.#now + REMEMBERED_MS);
    return answer;
  }

  /** With pictures of the charts that Slack's own would not draw truly; it draws the others itself. */
  async #pictured(view: MessageView, options: SlackOptions): Promise<SlackOptions> {
    if (!view.parts.some(({ part }) => part === 'chart')) return options;
    const untrue = chartsShown(view, options, { tables: false }).filter((chart) => !drawnBySlack(chart));
    if (untrue.length === 0) return options;
    const pictures = await this.#uploaded(untrue);
    return { ...options, plainer: { tables: false, charts: (chart) => pictures.get(canonicalJson(chart)) ?? null } };
  }

  async #plainly<T>(view: MessageView, options: SlackOptions, send: (message: SlackMessage) => Promise<T>): Promise<T> {
    const pictures = await this.#uploaded(chartsShown(view, options, { tables: true }));
    if (pictures.size > 0) {
      try {
        const charts = (chart: Chart) => pictures.get(canonicalJson(chart)) ?? null;
        return await send(drawn(view, { ...options, plainer: { tables: true, charts } }));
      } catch (error) {
        // "Invalid slack file" is said of a picture that is there and not ready everywhere.
        if (!drawnAmiss(error)) throw error;
        this.#slack.ground.log.warn(
          { err: error },
          'Slack refuses the picture of a chart; its figures are shown as text.',
        );
      }
    }
    return send(drawn(view, { ...options, plainer: { tables: true, charts: 'text' } }));
  }

  /** Pictures of charts, by their content. */
  async #uploaded(charts: readonly Chart[]): Promise<Map<string, Picture>> {
    const found = new Map<string, Picture>();
    for (const chart of charts) {
      const picture = await this.#pictures.of(chart);
      if (picture) found.set(canonicalJson(chart), picture);
    }
    return found;
  }

  get #now(): number {
    const { clock } = this.#slack.ground;
    return clock.elapsed?.() ?? clock.now().getTime();
  }
}

/** What we cannot draw was not sent, and the place is as well as before. */
function drawn(view: MessageView, options: SlackOptions): SlackMessage {
  try {
    return renderSlack(view, options);
  } catch (error) {
    throw new DeliveryError('refused', `it cannot be drawn for Slack: ${messageOf(error)}`, { cause: error });
  }
}

/** The charts that are left once a view is fitted: a drawing with stand-ins for their pictures tells. */
function chartsShown(view: MessageView, options: SlackOptions, { tables }: { tables: boolean }): Chart[] {
  const asked: Chart[] = [];
  const standIn = (chart: Chart): Picture => {
    asked.push(chart);
    return { slackFileId: `F${String(asked.length - 1).padStart(10, '0')}`, alt: chart.title };
  };
  const { blocks } = drawn(view, { ...options, plainer: { tables, charts: standIn } });
  return blocks.flatMap((block) => {
    const chart = block.type === 'image' ? asked[Number(block.slack_file.id.slice(1))] : undefined;
    return chart === undefined ? [] : [chart];
  });
}
