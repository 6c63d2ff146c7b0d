import { cleanLines } from '../../message/clean.ts';
import { sizeText } from '../../message/plain.ts';
import { actionsOf } from '../../message/spans.ts';
import type { Text } from '../../message/text.ts';
import type { MessageView, Part, Tone } from '../../message/view.ts';
import { drawFitting } from '../fit-steps.ts';
import { actionRows } from './actions.ts';
import { checkDiscord } from './check.ts';
import { type DiscordMessage, type Inner, IS_COMPONENTS_V2, type Separator } from './components.ts';
import { DISCORD_LIMITS } from './limits.ts';
import { bold, boldMarkdown, escapeDiscord, linkText, markdown } from './markdown.ts';
import type { DiscordOptions } from './options.ts';
import { chartText, recordText } from './table.ts';

/** The bar at the side of a message; the words say the same. */
const COLORS: Record<Tone, number> = { ok: 0x2e7d32, warn: 0xb26a00, fail: 0xc62828, info: 0x1565c0 };

/**
 * A message as Components V2. Foreign text is escaped, and only the people of `view.mentions` can be pinged. Whatever
 * does not fit is left out visibly; a view that passes `checkView` always fits in the end.
 */
export function renderDiscord(view: MessageView, options: DiscordOptions): DiscordMessage {
  const head = view.parts.find((part) => part.part === 'headline');
  const users = view.mentions.flatMap((key) => options.idOf(key) ?? []).slice(0, DISCORD_LIMITS.users);
  return drawFitting(
    view,
    (fitted): DiscordMessage => ({
      flags: IS_COMPONENTS_V2,
      components: [
        { type: 17, accent_color: COLORS[head?.tone ?? 'info'], components: innerOf(fitted.parts, options) },
      ],
      allowed_mentions: { parse: [], users: [...new Set(users)] },
    }),
    (message) => checkDiscord(message).length === 0,
  );
}

const LINE: Separator = { type: 14, divider: true, spacing: 1 };
const SPACE: Separator = { type: 14, divider: false, spacing: 1 };

/** Text that stands together is one component; buttons stand where they belong, or below all where they are many. */
function innerOf(parts: readonly Part[], options: DiscordOptions): Inner[] {
  const groups = parts.filter(({ part }) => part === 'actions').length;
  const inner: Inner[] = [];
  for (const part of parts) {
    if (part.part !== 'actions') place(part, inner, parts, options);
    else if (groups <= 2) inner.push(...actionRows(part.actions, inner.length, options));
  }
  return groups <= 2 ? inner : [...inner, ...actionRows(actionsOf({ parts }), inner.length, options)];
}

type Shown = Exclude<Part, { part: 'actions' }>;

/** Adds one part: to the text before it, or after a gap. */
function place(part: Shown, inner: Inner[], parts: readonly Part[], options: DiscordOptions): void {
  const before = inner.at(-1);
  const picture = part.part === 'chart' ? (options.picture?.(part) ?? null) : null;
  if (picture !== null) {
    const media = { url: `attachment://${picture.name}` };
    inner.push({ type: 12, items: [{ media, description: picture.alt }] });
    return;
  }
  const text = parts.length === 1 && part.part === 'headline' ? markdown(part.text, options) : partText(part, options);
  if (text.trim() === '') return;
  if (part.part === 'file' && options.console !== null && filesIn(parts) <= SHOWN_FILES) {
    const open = { type: 2 as const, style: 5 as const, label: 'Open', url: `${options.console}${part.path}` };
    inner.push({ type: 9, components: [{ type: 10, content: text }], accessory: open });
  } else if (before?.type === 10 && joined(part)) {
    inner[inner.length - 1] = { type: 10, content: `${before.content}\n${text}` };
  } else {
    const gap = part.part === 'footnote' ? LINE : SPACE;
    inner.push(...(before ? [gap] : []), { type: 10, content: text });
  }
}

/** So many files have a button each; more are links in the text. */
const SHOWN_FILES = 3;
const filesIn = (parts: readonly Part[]): number => parts.filter(({ part }) => part === 'file').length;

/** What follows the part before it without a gap. */
const joined = ({ part }: Part): boolean => part !== 'footnote' && part !== 'records' && part !== 'chart';

/** One part as lines of markdown. */
function partText(part: Shown, options: DiscordOptions): string {
  const line = (text: Text) => markdown(text, options);
  switch (part.part) {
    case 'headline':
      return `### ${line(part.text)}`;
    case 'facts':
      return part.facts.map(({ label, value }) => `${bold(escapeDiscord(label))} ${line(value)}`).join(' · ');
    case 'prose':
      return part.lines.map(line).join('\n');
    case 'checklist':
      return [
        bold(escapeDiscord(part.title)),
        ...part.items.map(({ label, value }) => `☐ ${line(label)}${value ? `  ${boldMarkdown(value, options)}` : ''}`),
      ].join('\n');
    case 'records':
      return recordText(part, options).join('\n');
    case 'chart':
      return chartText(part, options);
    case 'file':
      return `${linkText(part.name, part.path, options)} (${sizeText(part.bytes)})`;
    case 'quote':
      return [`${escapeDiscord(part.by)}:`, ...cleanLines(part.text).map((each) => `> ${escapeDiscord(each)}`)].join(
        '\n',
      );
    case 'links':
      return options.console === null
        ? ''
        : part.links.map(({ label, path }) => linkText(label, path, options)).join(' · ');
    case 'footnote':
      return `-# ${line(part.text)}`;
  }
}
