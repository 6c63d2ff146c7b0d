import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { DiscordMessage } from '#src/chat/discord/components.ts';
import { markdown } from '#src/chat/discord/markdown.ts';
import { renderDiscord } from '#src/chat/discord/render.ts';
import { walk } from '#src/chat/faults.ts';
import { clean } from '#src/message/clean.ts';
import { strong, type Text } from '#src/message/text.ts';
import { discordOptions } from '../../chat/render/drawn.ts';
import { foreign, randomView } from '../../message/random-view.ts';
import { escaped } from '../escaped.ts';
import type { PictureReader } from '../reader.ts';
import { type DiscordShown, discordLook } from './look.ts';
import { markdownHtml } from './markdown.ts';
import { momentText } from './moment.ts';

const READER: PictureReader = {
  now: new Date('2026-11-21T09:20:00Z'),
  zone: 'Europe/Berlin',
  nameOf: (id) => `name of ${id}`,
};

/** What a reader sees of a page, without its looks. */
const seen = (html: string): string =>
  html
    .replace(/<style>.*?<\/style>/s, '')
    .replace(/<[^>]*>/g, '')
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&amp;', '&');

/** The words on buttons, in menus and fields that a picture does not show. */
const blanks = (shown: DiscordShown, html: string): string[] =>
  [...walk(shown.components)]
    .flatMap(({ value }) => [value.label, value.description])
    .filter((text): text is string => typeof text === 'string' && text.trim() !== '')
    .filter((text) => !html.includes(escaped(text)));

describe('the picture of a message in Discord', () => {
  test('shows what the renderer draws of any view, with nothing of its signs left', () => {
    fc.assert(
      fc.property(randomView, (view) => {
        const shown = renderDiscord(view, discordOptions());
        expect(blanks(shown, discordLook(shown, READER))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('shows every golden file, with nothing of our signs left', async () => {
    const golden = join(import.meta.dirname, '../../golden');
    const files = (await readdir(golden, { recursive: true })).filter((file) => file.endsWith('.discord.json'));
    expect(files.length).toBeGreaterThan(180);
    for (const file of files) {
      const shown = JSON.parse(await readFile(join(golden, file), 'utf8')) as DiscordShown;
      const html = discordLook(shown, READER);
      expect(blanks(shown, html), file).toEqual([]);
      expect(seen(html), file).not.toMatch(/\*\*|```|<t:|<@\d|\]\(http/);
    }
  });

  test('says what it cannot draw in place of leaving it blank', () => {
    const components = [{ type: 17, accent_color: 0, components: [{ type: 99 }] }];
    const message = { flags: 0, components, allowed_mentions: { parse: [], users: [] } } as unknown as DiscordMessage;
    expect(() => discordLook(message, READER)).toThrow('no picture of');
    expect(() => momentText(0, 'F', READER)).toThrow(':F>');
  });

  test('fills in moments for its reader', () => {
    const at = Date.parse('2026-11-21T05:04:00Z') / 1000;
    expect(['t', 's', 'D', 'R'].map((form) => momentText(at, form, READER))).toEqual([
      '06:04',
      '21/11/2026, 06:04',
      '21 November 2026',
      '4 hours ago',
    ]);
  });
});

describe('a second reading of Discord’s markdown', () => {
  test('shows foreign text as it is, wherever it stands in a line', () => {
    const span = fc.record({ text: foreign, bold: fc.boolean() });
    const sign = fc.constantFrom(['', 'div'], ['- ', 'li'], ['> ', 'blockquote'], ['-# ', 'small'], ['### ', 'h3']);
    fc.assert(
      fc.property(fc.array(span, { minLength: 1, maxLength: 4 }), sign, (spans, before) => {
        const text: Text = spans.map((each) => (each.bold ? strong(each.text) : each.text));
        const line = markdown(text, discordOptions());
        fc.pre(/^\S/.test(line));
        const html = markdownHtml(`${before[0]}${line}`, READER);
        expect(seen(html)).toBe(spans.map((each) => clean(each.text)).join(''));
        const [outer] = html.match(/^<\w+/) ?? [];
        expect(outer).toBe(`<${before[1]}`);
        expect(html.replace(/^<[^>]+>|<\/?b>|<\/\w+>$/g, '')).not.toContain('<');
      }),
      { numRuns: 300 },
    );
  });
});
