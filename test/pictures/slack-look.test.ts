import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { walk } from '#src/chat/faults.ts';
import { renderSlack } from '#src/chat/slack/render.ts';
import { renderSlackHome, renderSlackModalView } from '#src/chat/slack/views.ts';
import { slackOptions } from '../chat/render/drawn.ts';
import { randomView } from '../message/random-view.ts';
import { escaped } from './escaped.ts';
import { dateText, type PictureReader } from './reader.ts';
import { type Shown, slackLook } from './slack-look.ts';

const READER: PictureReader = {
  now: new Date('2026-11-21T09:20:00Z'),
  zone: 'Europe/Berlin',
  nameOf: (id) => `name of ${id}`,
};

/** What of the words of a payload its picture does not show; pages of a table behind the first are not drawn. */
function blanks(shown: Shown, html: string): string[] {
  return [...walk(shown.blocks)]
    .filter(({ pointer }) => !/\/rows\/(1[1-9]|[2-9]\d|\d{3})\//.test(pointer))
    .flatMap(({ value }) => [value.text, value.alt_text, value.caption])
    .filter((text): text is string => typeof text === 'string' && text.trim() !== '')
    .filter((text) => !html.includes(escaped(text)));
}

describe('the picture of a message', () => {
  test('shows all words of whatever the renderer draws, on every surface', async () => {
    const surfaces = fc.constantFrom('message' as const, 'modal' as const, 'home' as const);
    await fc.assert(
      fc.asyncProperty(randomView, surfaces, async (view, surface) => {
        const options = slackOptions();
        const shown =
          surface === 'message'
            ? renderSlack(view, options)
            : surface === 'home'
              ? renderSlackHome(view, options)
              : renderSlackModalView(view, options, { title: 'A', metadata: '', outcome: true });
        expect(blanks(shown, await slackLook(shown, READER))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  test('shows all words of every golden file', async () => {
    const golden = join(import.meta.dirname, '../golden');
    const files = (await readdir(golden, { recursive: true })).filter((file) => file.endsWith('.slack.json'));
    expect(files.length).toBeGreaterThan(150);
    for (const file of files) {
      const shown = JSON.parse(await readFile(join(golden, file), 'utf8')) as Shown;
      expect(blanks(shown, await slackLook(shown, READER)), file).toEqual([]);
    }
  });

  test('says what it cannot draw in place of leaving it blank', async () => {
    const message = (block: object) => ({ text: 'x', mrkdwn: false, blocks: [block] }) as unknown as Shown;
    const leaf = { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'color' }] }] };
    const menu = { type: 'actions', elements: [{ type: 'static_select' }] };
    for (const block of [{ type: 'video' }, leaf, menu, { type: 'rich_text', elements: [{ type: 'new' }] }])
      await expect(slackLook(message(block), READER)).rejects.toThrow('no picture of');
    expect(() => dateText('{era}', 0, READER)).toThrow('{era}');
  });

  test('fills in moments for its reader', () => {
    const at = (iso: string) => Date.parse(iso) / 1000;
    expect(dateText('{date_short_pretty} {time} ({ago})', at('2026-11-21T05:04:00Z'), READER)).toBe(
      'Today 06:04 (4 hours ago)',
    );
    expect(dateText(' {date_short_pretty} {time}', at('2026-11-21T05:04:00Z'), READER)).toBe(' today 06:04');
    expect(dateText('due {ago}', at('2026-11-21T13:00:00Z'), READER)).toBe('due in 4 hours');
    expect(dateText('{date_short_pretty}', at('2026-11-09T05:04:00Z'), READER)).toBe('Nov 9, 2026');
  });
});
