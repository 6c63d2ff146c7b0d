import { describe, expect, test } from 'vitest';
import { type OutputView, outputsList } from '#src/http/pages/outputs.ts';
import { hash } from './facts.ts';

/** As much of a text as a page shows. */
const SHOWN = 32_768;
const long = (piece: string) => piece.repeat(Math.ceil(SHOWN / piece.length)).slice(0, SHOWN);

const document = (path: string, text: string): OutputView => ({
  ...{ path, bytes: text.length, sha256: hash('1'), changed: null },
  preview: { kind: 'markdown', text, cut: false, remark: null },
});
const table = (path: string, cell: string): OutputView => ({
  ...{ path, bytes: 1_000_000, sha256: hash('1'), changed: null },
  preview: {
    ...{ kind: 'table', header: ['a'], moreColumns: 0, cut: true, remark: null },
    rows: Array.from({ length: 50 }, () => Array.from({ length: 40 }, () => cell)),
  },
});
const draw = async (outputs: OutputView[]) =>
  String(await outputsList({ runId: 'r', outputs, more: 0, allAt: '/runs/r?files=all', hidden: false }));

const wide = long(`${'|a'.repeat(100)}|\n${'|-'.repeat(100)}|\n${'|b\n'.repeat(SHOWN)}`);

describe('a page of files', () => {
  test.each([
    ['tables that are filled up', document('a.md', wide)],
    ['links by reference', document('a.md', `[a]: http://x.example/${'y'.repeat(8000)}\n\n${long('[a] ')}`)],
    ['hidden characters in a document', document('a.md', long('x\u200b'))],
    ['hidden characters in cells', table('a.csv', 'x\u200b'.repeat(100))],
  ])('is not swollen by %s', async (_, file) => {
    const files = Array.from({ length: 20 }, (_, index) => ({ ...file, path: `${index}.md` }));
    const html = await draw(files);
    expect(html.length).toBeLessThan(1_500_000);
    expect(html.match(/Download<span/g)?.length).toBe(20);
  });

  test('shows one file after the other until there is enough, and says of the rest where to look', async () => {
    const files = Array.from({ length: 20 }, (_, index) =>
      document(`${index}.md`, long(`Words **${index}** & more. `)),
    );
    const html = await draw(files);
    const parts = (words: string, of: string) => of.split(words).length - 1;
    const shown = parts('aria-label="Preview of', html);
    expect(shown).toBeGreaterThan(5);
    expect(parts('aria-label="Preview of 0.md"', html)).toBe(1);
    expect(parts('This page shows much already. Download the file to look.', html)).toBe(files.length - shown);
    expect(parts('shows much already', await draw(files.slice(0, 5)))).toBe(0);
  });
});
