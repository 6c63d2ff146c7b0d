import { checkDiscord } from '#src/chat/discord/check.ts';
import type { DiscordOptions } from '#src/chat/discord/options.ts';
import { renderDiscord } from '#src/chat/discord/render.ts';
import { checkSlack } from '#src/chat/slack/check.ts';
import type { SlackOptions } from '#src/chat/slack/options.ts';
import { renderSlack } from '#src/chat/slack/render.ts';
import { renderSlackHome, renderSlackModalView } from '#src/chat/slack/views.ts';
import { spokenChart } from '#src/chat/spoken-chart.ts';
import type { ViewOptions } from '#src/http/view/options.ts';
import { renderView } from '#src/http/view/render.ts';
import { type PlainReader, viewText } from '#src/message/plain.ts';
import type { MessageView } from '#src/message/view.ts';
import { checkHtml } from './check-html.ts';
import { indented } from './indented.ts';

/** One way to draw a message, and the faults its platform would find in what was drawn. */
export interface Drawing {
  /** The end of the golden file's name, `txt`, `slack.json`. */
  extension: string;
  draw: (view: MessageView) => string | Promise<string>;
  faults?: ((drawn: string) => string[]) | undefined;
  /** The views that are drawn so; without it all. */
  only?: RegExp | undefined;
}

/** Who reads in every golden file: always the same moment, zone and address. */
export const READER: PlainReader = {
  now: new Date('2026-11-21T09:20:00Z'),
  zone: 'Europe/Berlin',
  console: 'http://127.0.0.1:3210',
};

const CONSOLE = READER.console ?? null;

/** Ids as the platforms form them, the same for a key every time. */
const slackId = (key: string): string => `U0${key.toUpperCase().replace(/[^A-Z0-9]/g, '')}`;
const discordId = (key: string): string =>
  `11${[...key].reduce((sum, character) => (sum * 31 + (character.codePointAt(0) ?? 0)) % 1e15, 7).toString().padStart(15, '0')}`;

/** In a channel, read by Ana: fixed where a page has something of its own each time. */
export const HTML_OPTIONS: ViewOptions = {
  now: READER.now,
  zone: READER.zone,
  id: 'm-128',
  csrf: 'csrf',
  channel: 'cowork-ops',
  message: 128,
  asked: '',
  me: 'ana',
  heading: 3,
};

const SLACK: SlackOptions = { here: READER, console: CONSOLE, idOf: slackId, surface: 'message' };
const modalOf = (title: string, outcome: boolean) => (view: MessageView) =>
  renderSlackModalView(view, SLACK, { title, metadata: '{}', outcome });
/** A picture such as delivery uploads where Slack cannot draw a chart truly. */
const PICTURE = { slackFileId: 'F0CHART', alt: 'Net per month as a picture' };

/** Where else than in a channel Slack shows views, each of which has to fit there too. */
export const ELSEWHERE: Record<string, (view: MessageView) => unknown> = {
  modal: modalOf('Review R-128', false),
  outcome: modalOf('Approve R-128', true),
  home: (view) => renderSlackHome(view, SLACK),
};

const pretty = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const complaints = (faults: { pointer: string; message: string }[]) =>
  faults.map(({ pointer, message }) => `${pointer} ${message}`);

/** What Slack would refuse. */
export const slackFaults = (drawn: string): string[] => complaints(checkSlack(JSON.parse(drawn)));

const DISCORD: DiscordOptions = { here: READER, console: CONSOLE, idOf: discordId };
const discordFaults = (drawn: string): string[] => complaints(checkDiscord(JSON.parse(drawn)));

/** Some views as Slack shows them elsewhere, or with less than it has. */
const slackDrawing = (name: string, only: RegExp, draw: ((view: MessageView) => unknown) | undefined): Drawing => ({
  extension: `${name}.slack.json`,
  draw: (view) => pretty(draw?.(view)),
  faults: slackFaults,
  only,
});

/** Every renderer of the product, by hand: a new one is added here and the golden files are written again. */
export const DRAWINGS: readonly Drawing[] = [
  { extension: 'txt', draw: (view) => `${viewText(view, READER)}\n` },
  {
    extension: 'html',
    draw: async (view) => indented(String(await renderView(view, HTML_OPTIONS))),
    faults: checkHtml,
  },
  {
    extension: 'slack.json',
    draw: (view) => pretty(renderSlack(view, SLACK)),
    faults: slackFaults,
  },
  slackDrawing('modal', /^review\/look(-\w+)?$/, ELSEWHERE.modal),
  slackDrawing('modal', /^summary\/failed$/, modalOf('/cowork summary', false)),
  slackDrawing('modal', /^audit\/failed$/, modalOf('/cowork audit', false)),
  slackDrawing('modal', /^roi\/month$/, modalOf('/cowork roi', false)),
  slackDrawing('modal', /^runs\/first_ten$/, modalOf('/cowork runs', false)),
  slackDrawing('outcome', /^refusal\/(own_run|decided)$/, ELSEWHERE.outcome),
  slackDrawing('outcome', /^refusal\/role$/, modalOf('Pause the schedule', true)),
  slackDrawing('outcome', /^refusal\/away$|^done\/undone$/, modalOf('Undo R-128', true)),
  slackDrawing('outcome', /^refusal\/no_run$/, modalOf('/cowork audit brief-0', true)),
  slackDrawing('outcome', /^refusal\/no_command$/, modalOf('/cowork stauts', true)),
  slackDrawing('outcome', /^refusal\/misused$/, modalOf('/cowork pause brief', true)),
  slackDrawing('outcome', /^done\/(?!undone$)/, modalOf('Acknowledge A-57', true)),
  slackDrawing('outcome', /^files\//, modalOf('Files of R-128', true)),
  slackDrawing('outcome', /^run-form\/queued$/, modalOf('Run monday-brief', true)),
  slackDrawing('outcome', /^run-form\/cancelled$/, modalOf('Cancel the run', true)),
  slackDrawing('home', /^triage\//, ELSEWHERE.home),
  slackDrawing('plain', /^roi\/month$|^runs\/many$/, (view) =>
    renderSlack(view, { ...SLACK, plainer: { tables: true, charts: 'text' } }),
  ),
  slackDrawing('picture', /^roi\/month$/, (view) =>
    renderSlack(view, { ...SLACK, plainer: { tables: false, charts: () => PICTURE } }),
  ),
  {
    extension: 'discord.json',
    draw: (view) => pretty(renderDiscord(view, DISCORD)),
    faults: discordFaults,
  },
  {
    extension: 'picture.discord.json',
    draw: (view) => pretty(renderDiscord(view, { ...DISCORD, picture: (chart) => ({ name: 'chart-1.png', alt: spokenChart(chart) }) })),
    faults: discordFaults,
    only: /^roi\/(month|workflow)$/,
  },
  // As an answer to one person, who finds the rare acts there that stand behind "More…" for many.
  {
    extension: 'alone.discord.json',
    draw: (view) => pretty(renderDiscord(view, { ...DISCORD, alone: true })),
    faults: discordFaults,
    only: /^alert\/(open|acknowledged|silenced|parked)$|^roi\/month$/,
  },
];
