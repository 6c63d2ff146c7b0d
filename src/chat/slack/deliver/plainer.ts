import { elapsedOf } from '../../../clock.ts';
import { messageOf } from '../../../errors.ts';
import type { Chart, MessageView } from '../../../message/view.ts';
import { canonicalJson } from '../../../values/canonical-json.ts';
import { DeliveryError } from '../../adapter.ts';
import { plainError } from '../../connect/plain-error.ts';
import type { SlackMessage } from '../block-kit.ts';
import { drawnBySlack } from '../chart.ts';
import type { Picture, SlackOptions } from '../options.ts';
import { drawnBarely, renderSlack } from '../render.ts';
import type { Slack } from '../slack.ts';
import { detailsOf, drawnAmiss } from './failures.ts';
import { isNewer, refusesNewer } from './newer.ts';
import { Pictures } from './picture.ts';

/** Newer blocks come to workspaces one after the other: after that long it is tried again whether this one takes them. */
const REMEMBERED_MS = 60 * 60_000;

type Send<T> = (message: SlackMessage) => Promise<T>;

export interface Sending {
  /** How to draw for the workspace; as it says itself unless given. */
  options?: SlackOptions;
  /** Whether charts may be uploaded as pictures; true unless given. What only one person sees names no uploaded file. */
  pictures?: boolean;
  /** Whether a failure says that the drawing is at fault; Slack's library is understood without it. */
  amiss?: (error: unknown) => boolean;
}

/**
 * Draws messages as richly as the workspace takes them. Where it refuses the newer blocks, tables are drawn in a fixed
 * width and charts as uploaded pictures, or as figures; that is remembered for a while, so that not every message is
 * tried twice. Where it refuses even those, the summary is said with the buttons, and in the end alone.
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
  async send<T>(view: MessageView, send: Send<T>, { options, pictures = true, amiss }: Sending = {}): Promise<T> {
    const { log } = this.#slack.ground;
    let refusal: unknown = null;
    for await (const message of this.#drawings(view, options ?? (await this.#slack.draw('message')), pictures)) {
      try {
        return await send(message);
      } catch (error) {
        if (!drawnAmiss(error) && !amiss?.(error)) throw error;
        refusal = error;
        if (refusesNewer(error, message.blocks)) this.#plainUntil = this.#now + REMEMBERED_MS;
        log.warn({ ...plainError(error), found: detailsOf(error).messages }, 'Slack refuses how a message is drawn.');
      }
    }
    throw refusal;
  }

  /** The message from the richest drawing to its bare text; each is made only once the one before was refused. */
  async *#drawings(view: MessageView, options: SlackOptions, pictures: boolean): AsyncGenerator<SlackMessage> {
    const rich = drawn(view, pictures ? await this.#pictured(view, options) : options);
    const newer = rich.blocks.some(isNewer);
    if (!newer || this.#now >= this.#plainUntil) yield rich;
    if (newer || rich.blocks.some(({ type }) => type === 'image')) {
      const found = await this.#pictures.of(pictures ? chartsShown(view, options, { tables: true }) : []);
      // "Invalid slack file" is said of a picture that is there and not ready everywhere: without it, then.
      if (found.size > 0) yield drawn(view, { ...options, plainer: { tables: true, charts: among(found) } });
      yield drawn(view, { ...options, plainer: { tables: true, charts: 'text' } });
    }
    yield drawnBarely(view, options);
    yield { text: rich.text, mrkdwn: false, blocks: [] };
  }

  /** With pictures of the charts that Slack's own would not draw truly; it draws the others itself. */
  async #pictured(view: MessageView, options: SlackOptions): Promise<SlackOptions> {
    if (!view.parts.some(({ part }) => part === 'chart')) return options;
    const untrue = chartsShown(view, options, { tables: false }).filter((chart) => !drawnBySlack(chart));
    if (untrue.length === 0) return options;
    return { ...options, plainer: { tables: false, charts: among(await this.#pictures.of(untrue)) } };
  }

  get #now(): number {
    return elapsedOf(this.#slack.ground.clock);
  }
}

const DRAWERS = new WeakMap<Slack, Drawer>();

/** The one drawer of a workspace: what it refused and which pictures it holds is known to messages and answers alike. */
export function drawerOf(slack: Slack): Drawer {
  const known = DRAWERS.get(slack) ?? new Drawer(slack);
  DRAWERS.set(slack, known);
  return known;
}

const among =
  (pictures: ReadonlyMap<string, Picture>) =>
  (chart: Chart): Picture | null =>
    pictures.get(canonicalJson(chart)) ?? null;

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
