import { clean, cleanLines, cutUnits } from '../../message/clean.ts';
import { sizeText } from '../../message/plain.ts';
import { actionsOf } from '../../message/spans.ts';
import type { Text } from '../../message/text.ts';
import type { FilePart, MessageView, Part, Tone } from '../../message/view.ts';
import { drawFitting } from '../fit-steps.ts';
import { figureFirst, titleOf } from '../matters.ts';
import { actionRows } from './actions.ts';
import { checkDiscord } from './check.ts';
import { type DiscordMessage, type Inner, IS_COMPONENTS_V2, type Separator } from './components.ts';
import { DISCORD_LIMITS } from './limits.ts';
import { bold, escapeDiscord, linkText, markdown } from './markdown.ts';
import type { DiscordOptions } from './options.ts';
import { proseLines } from './prose.ts';
import { chartText, chartTitle, recordText } from './table.ts';

/** The bar at the side of a message; the words say the same. */
const COLORS: Record<Tone, number> = { ok: 0x2e7d32, warn: 0xb26a00, fail: 0xc62828, info: 0x1565c0 };

/**
 * A message as Components V2. Foreign text is escaped, and only the people of `view.mentions` can be pinged. Whatever
 * does not fit is left out visibly; a view that passes `checkView` always fits in the end.
 */
export function renderDiscord(view: MessageView, options: DiscordOptions): DiscordMessage {
  const head = view.parts.find((part) => part.part === 'headline');
  const users = view.mentions.flatMap((key) => options.idOf(key) ?? []).slice(0, DISCORD_LIMITS.users);
  const messageOf = (components: Inner[]): DiscordMessage => ({
    flags: IS_COMPONENTS_V2,
    components: [{ type: 17, accent_color: COLORS[head?.tone ?? 'info'], components }],
    allowed_mentions: { parse: [], users: [...new Set(users)] },
  });
  return drawFitting(
    view,
    ({ parts }) => {
      const airy = messageOf(innerOf(parts, options, GAPS));
      return fits(airy) ? airy : messageOf(innerOf(parts, options, NO_GAPS));
    },
    fits,
  );
}

const fits = (message: DiscordMessage): boolean => checkDiscord(message).length === 0;

const LINE: Separator = { type: 14, divider: true, spacing: 1 };
const SPACE: Separator = { type: 14, divider: false, spacing: 1 };

/** Whether text does not go on in the component before it: gaps count as components, and give way to what is said. */
type Gaps = (part: Shown, before: Part | undefined) => boolean;
const NO_GAPS: Gaps = () => false;
const GAPS: Gaps = (part, before) => isBlock(part) || (before !== undefined && isBlock(before));

/** What has a title of its own, and stands apart from what is around it. */
const isBlock = (part: Part): boolean =>
  part.part === 'prose'
    ? titleOf(part.lines) !== null
    : part.part === 'records' || part.part === 'chart' || part.part === 'checklist';

interface Place {
  parts: readonly Part[];
  options: DiscordOptions;
  gaps: Gaps;
}

/** Text that stands together is one component; buttons stand where they belong, or below all where they are many. */
function innerOf(parts: readonly Part[], options: DiscordOptions, gaps: Gaps): Inner[] {
  const groups = parts.filter(({ part }) => part === 'actions').length;
  const inner: Inner[] = [];
  for (const part of parts) {
    if (part.part !== 'actions') place(part, inner, { parts, options, gaps });
    else if (groups <= 2) inner.push(...actionRows(part.actions, options));
  }
  return groups <= 2 ? inner : [...inner, ...actionRows(actionsOf({ parts }), options)];
}

type Shown = Exclude<Part, { part: 'actions' }>;

/** Adds one part: to the text before it, or after a gap. */
function place(part: Shown, inner: Inner[], { parts, options, gaps }: Place): void {
  const gap = gaps(part, parts[parts.indexOf(part) - 1]) ? SPACE : null;
  const picture = part.part === 'chart' ? (options.picture?.(part) ?? null) : null;
  if (part.part === 'chart' && picture !== null) {
    say(chartTitle(part), inner, gap);
    const media = { url: `attachment://${picture.name}` };
    inner.push({ type: 12, items: [{ media, description: cutUnits(picture.alt, DISCORD_LIMITS.description) }] });
    return;
  }
  if (part.part === 'file' && options.console !== null && filesIn(parts) <= SHOWN_FILES) {
    inner.push(fileSection(part, options.console));
    return;
  }
  const text = parts.length === 1 && part.part === 'headline' ? markdown(part.text, options) : partText(part, options);
  say(text, inner, part.part === 'footnote' ? LINE : gap);
}

/** Goes on in the text before, unless something is to stand between. */
function say(text: string, inner: Inner[], between: Separator | null): void {
  if (text.trim() === '') return;
  const before = inner.at(-1);
  if (before?.type === 10 && between === null) {
    inner[inner.length - 1] = { type: 10, content: `${before.content}\n${text}` };
  } else inner.push(...(before && between ? [between] : []), { type: 10, content: text });
}

/** So many files have a button each; more are links in the text. */
const SHOWN_FILES = 3;
const filesIn = (parts: readonly Part[]): number => parts.filter(({ part }) => part === 'file').length;

/** A file with its button, which says by itself what it opens. */
const fileSection = ({ name, bytes, path }: FilePart, console: string): Inner => ({
  type: 9,
  components: [{ type: 10, content: fileText(escapeDiscord(name), bytes) }],
  accessory: {
    type: 2,
    style: 5,
    label: cutUnits(`Open ${clean(name)}`, DISCORD_LIMITS.buttonLabel),
    url: `${console}${path}`,
  },
});

const fileText = (name: string, bytes: number): string => `${name} (${sizeText(bytes)})`;

/** One part as lines of markdown. */
function partText(part: Shown, options: DiscordOptions): string {
  const line = (text: Text) => markdown(text, options);
  switch (part.part) {
    case 'headline':
      return `### ${line(part.text)}`;
    case 'facts':
      return part.facts.map(({ label, value }) => `${bold(escapeDiscord(label))} ${line(value)}`).join(' · ');
    case 'prose':
      return proseLines(part.lines, options).join('\n');
    case 'checklist':
      return [
        bold(escapeDiscord(part.title)),
        ...part.items.map(({ label, value }) => `☐ ${line(label)}${value ? `  ${line(figureFirst(value))}` : ''}`),
      ].join('\n');
    case 'records':
      return recordText(part, options).join('\n');
    case 'chart':
      return chartText(part, options);
    case 'file':
      return `- ${fileText(linkText(part.name, part.path, options), part.bytes)}`;
    case 'quote':
      return [
        bold(escapeDiscord(`${part.by}:`)),
        ...cleanLines(part.text).map((each) => `> ${escapeDiscord(each)}`),
      ].join('\n');
    case 'links':
      return options.console === null
        ? ''
        : part.links.map(({ label, path }) => linkText(label, path, options)).join(' · ');
    case 'footnote':
      return `-# ${line(part.text)}`;
  }
}
