import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { checkSlack } from '#src/chat/slack/check.ts';
import { loadingModal, renderSlackHome, renderSlackModalView } from '#src/chat/slack/views.ts';
import { person, strong } from '#src/message/text.ts';
import { type MessageView, plainView } from '#src/message/view.ts';
import { slackOptions } from './drawn.ts';

const shown = (view: MessageView, outcome = true, title = 'Reject R-128') =>
  renderSlackModalView(view, slackOptions(), { title, metadata: '{"code":"v1|reject|R-128|"}', outcome });

describe('a modal that only shows something', () => {
  test('says what came of a form in the colour of how it went, and the rest below', () => {
    const modal = shown(plainView('warn', ['R-128 was decided already.'], ['Ana approved it today 09:05.']));
    expect(checkSlack(modal)).toEqual([]);
    expect(modal).toMatchObject({
      type: 'modal',
      callback_id: 'shown',
      private_metadata: '{"code":"v1|reject|R-128|"}',
      close: { text: 'Close' },
      blocks: [
        { type: 'alert', level: 'warning', text: { text: 'R-128 was decided already.' } },
        { type: 'rich_text' },
      ],
    });
    expect(modal).not.toHaveProperty('submit');
    const levels = (['ok', 'fail', 'info'] as const).map((tone) => shown(plainView(tone, ['Said.'])).blocks[0]);
    expect(levels).toMatchObject([{ level: 'success' }, { level: 'error' }, { level: 'info' }]);
  });

  test('says more than an alert holds as a line of text, whole', () => {
    const words = 'long '.repeat(60).trim();
    const [first] = shown(plainView('fail', [words])).blocks;
    expect(first).toMatchObject({ type: 'rich_text' });
    expect(JSON.stringify(first)).toContain(words);
  });

  test('shows a headline as such where nothing came of anything', () => {
    expect(shown(plainView('ok', ['A brief.'], ['More.']), false).blocks[0]).toMatchObject({ type: 'header' });
  });

  test('has a title of what fits, and of what can be seen', () => {
    expect(shown(plainView('ok', ['x']), true, 'Opening \u202eR-128, the Monday board brief').title.text).toBe(
      'Opening  R-128, the Mon…',
    );
  });

  test('is there at once with a word, until what was asked for comes', async () => {
    const modal = loadingModal('Opening R-128…', { metadata: '{}', callbackId: 'look' });
    expect(checkSlack(modal)).toEqual([]);
    const file = join(import.meta.dirname, '../../golden/modals/loading.slack.json');
    const text = `${JSON.stringify(modal, null, 2)}\n`;
    if (process.env.UPDATE_GOLDEN === '1') {
      await mkdir(join(file, '..'), { recursive: true });
      await writeFile(file, text);
    } else expect(await readFile(file, 'utf8')).toBe(text);
    expect(loadingModal('Wait')).toMatchObject({ callback_id: 'shown', private_metadata: '' });
  });
});

describe('an App Home', () => {
  test('has its chapters as headers with lists below, and mentions nobody who is not listed', () => {
    const home = renderSlackHome(
      {
        summary: [['Nothing waits.']],
        parts: [
          { part: 'headline', tone: 'ok', text: ['Nothing waits.'] },
          {
            part: 'prose',
            lines: [[strong('Paused')], ['ledger, by ', person('jon', 'Jon', true)], ['and 3 more pauses']],
          },
        ],
        mentions: [],
      },
      slackOptions(),
    );
    expect(checkSlack(home)).toEqual([]);
    expect(home.blocks.map(({ type }) => type)).toEqual(['header', 'header', 'rich_text']);
    expect(home.blocks[2]).toMatchObject({ elements: [{ type: 'rich_text_list' }, { type: 'rich_text_section' }] });
    expect(JSON.stringify(home)).not.toContain('U0JON');
  });
});

describe('what Slack would refuse in a view', () => {
  const view = (block: object, type = 'modal') => ({
    type,
    ...(type === 'modal' ? { title: { type: 'plain_text', text: 'A' } } : {}),
    blocks: [block],
  });
  const pointers = (payload: object) => checkSlack(payload).map(({ pointer }) => pointer);

  test('an alert outside of a modal, one without a level of Slack’s, one that is too long', () => {
    const alert = (text: string, level = 'info') => ({ type: 'alert', level, text: { type: 'plain_text', text } });
    expect(pointers(view(alert('Seen')))).toEqual([]);
    expect(pointers(view(alert('Seen'), 'home'))).toEqual(['/blocks/0/type']);
    expect(pointers({ text: 'x', blocks: [alert('Seen')] })).toEqual(['/blocks/0/type']);
    expect(pointers(view(alert('Seen', 'loud')))).toEqual(['/blocks/0/level']);
    expect(pointers(view(alert('x'.repeat(201))))).toEqual(['/blocks/0/text/text']);
  });

  test('tables and charts', () => {
    const cell = { type: 'raw_text', text: 'a' };
    const table = { type: 'data_table', caption: 'Runs', rows: [[cell], [cell]] };
    for (const type of ['modal', 'home']) {
      expect(pointers(view(table, type))).toEqual(['/blocks/0/type']);
      expect(pointers(view({ type: 'table', rows: [[cell]] }, type))).toEqual(['/blocks/0/type']);
    }
    const inMessage = (more: object) => pointers({ text: 'x', blocks: [{ ...table, ...more }] });
    expect(inMessage({})).toEqual([]);
    expect(inMessage({ caption: '' })).toEqual(['/blocks/0/caption']);
    expect(inMessage({ rows: [[cell]] })).toEqual(['/blocks/0/rows']);
    expect(inMessage({ rows: [[cell], [cell, cell]] })).toEqual(['/blocks/0/rows/1']);
    expect(inMessage({ page_size: 0 })).toEqual(['/blocks/0/page_size']);
    expect(inMessage({ row_header_column_index: 1 })).toEqual(['/blocks/0/row_header_column_index']);
    expect(inMessage({ rows: [[{ type: 'rich_text', elements: [] }], [cell]] })).toContain('/blocks/0/rows/0/0/type');
    expect(inMessage({ rows: [[cell], [{ type: 'raw_number', text: '1' }]] })).toEqual(['/blocks/0/rows/1/0/value']);
    const much = Array.from({ length: 4 }, () => [{ type: 'raw_text', text: 'x'.repeat(2600) }]);
    expect(inMessage({ rows: [[cell], ...much] })).toContain('/blocks/0/rows');
  });

  test('more blocks than fit, an input without a way to send it, a home with a title', () => {
    const divider = { type: 'divider' };
    const home = (count: number) => ({ type: 'home', blocks: Array(count).fill(divider) });
    expect(pointers(home(100))).toEqual([]);
    expect(pointers(home(101))).toEqual(['/blocks']);
    expect(pointers({ ...home(1), title: { type: 'plain_text', text: 'A' } })).toEqual(['/title']);
    const input = {
      type: 'input',
      label: { type: 'plain_text', text: 'Why' },
      element: { type: 'plain_text_input', action_id: 'why' },
    };
    expect(pointers(view(input))).toEqual(['/submit']);
  });
});
