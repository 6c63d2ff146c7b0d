import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keywordsIn } from '#src/runs/checks/keywords.ts';
import { LONGEST_MATCH, re2Finder, regexFinder, Scanner, scanAll } from '#src/runs/checks/scan.ts';
import { isTextFile, readText } from '#src/runs/checks/text.ts';
import { temporaryFolder } from './run.ts';

const unending = new AbortController().signal;

const hitsOf = (pieces: string[], patterns: string[]) => {
  const hits: { finder: number; text: string; group: string | null; line: number }[] = [];
  const scanner = new Scanner(patterns.map(re2Finder), (hit) => {
    hits.push({ finder: hit.finder, text: hit.text, group: hit.group, line: hit.line() });
  });
  for (const piece of pieces) scanner.push(piece);
  scanner.end();
  return hits.toSorted((a, b) => a.finder - b.finder);
};

async function* each(pieces: string[]): AsyncGenerator<string> {
  yield* pieces;
}

const cutAt = (text: string, cuts: number[]): string[] => {
  const places = [0, ...cuts.map((cut) => cut % (text.length + 1)).sort((a, b) => a - b), text.length];
  return places.slice(1).map((place, index) => text.slice(places[index], place));
};

describe('Scanner', () => {
  test('anchors, word edges, groups and lines are those of the whole text', () => {
    expect(hitsOf(['ab\ncd ab', '\nabc ab'], ['^ab', '(?m)^ab', '\\bab\\b', 'c(d)', 'ab$'])).toEqual([
      { finder: 0, text: 'ab', group: null, line: 1 },
      { finder: 1, text: 'ab', group: null, line: 1 },
      { finder: 1, text: 'ab', group: null, line: 3 },
      { finder: 2, text: 'ab', group: null, line: 1 },
      { finder: 2, text: 'ab', group: null, line: 2 },
      { finder: 2, text: 'ab', group: null, line: 3 },
      { finder: 3, text: 'cd', group: 'd', line: 2 },
      { finder: 4, text: 'ab', group: null, line: 3 },
    ]);
  });

  test('empty matches end', () => {
    expect(hitsOf(['a😀'], ['x*'])).toHaveLength(3);
    expect(hitsOf([''], ['^$'])).toHaveLength(1);
  });

  test('where the pieces end changes nothing, even over several windows', { timeout: 300_000 }, () => {
    const filler = fc.constantFrom('lorem ipsum 12 ', 'é😀 ', '\n', 'TBD ', 'a-b ', 'sum 1,204,331 EUR ', 'TB');
    const stretch = fc.tuple(filler, fc.integer({ min: 1, max: 9000 })).map(([text, times]) => text.repeat(times));
    const patterns = [
      'TBD',
      '(?i)sum ([0-9,]+) EUR',
      '(?m)^a-b',
      '\\bIPSUM\\b',
      '(?i)\\bipsum 12 é',
      'D\\s+l',
      '^l',
      '.$',
    ];
    fc.assert(
      fc.property(
        fc.array(stretch, { minLength: 1, maxLength: 9 }),
        fc.array(fc.nat(), { maxLength: 8 }),
        (parts, cuts) => {
          const text = parts.join('');
          // The same patterns over the whole text at once.
          const whole = patterns.flatMap((pattern, finder) => {
            const find = re2Finder(pattern);
            const found: { finder: number; start: number }[] = [];
            for (let from = 0; ; ) {
              const span = from <= text.length ? find(text, from) : undefined;
              if (!span) return found;
              found.push({ finder, start: span.start });
              from = Math.max(span.end, span.start + 1);
            }
          });
          const pieces = hitsOf(cutAt(text, cuts), patterns);
          expect(pieces.map(({ finder }) => finder)).toEqual(whole.map(({ finder }) => finder));
          const lines = whole.map(({ start }) => text.slice(0, start).split('\n').length);
          expect(pieces.map(({ line }) => line)).toEqual(lines);
        },
      ),
      { numRuns: 12 },
    );
  });

  test('a match across the edge of a window is found once, up to the longest length', () => {
    const long = `<${'x'.repeat(LONGEST_MATCH - 2)}>`;
    for (const before of [0, 1, LONGEST_MATCH, 3 * LONGEST_MATCH - 5, 3 * LONGEST_MATCH]) {
      const text = `${'y'.repeat(before)}${long}${'z'.repeat(3 * LONGEST_MATCH)}`;
      const hits: number[] = [];
      const scanner = new Scanner([regexFinder(/<x*>/g)], (hit) => hits.push(hit.text.length));
      for (let at = 0; at < text.length; at += 50_000) scanner.push(text.slice(at, at + 50_000));
      scanner.end();
      expect(hits).toEqual([LONGEST_MATCH]);
    }
  });

  test('bytes may be cut inside a character', async () => {
    const file = join(await temporaryFolder(), 'a.md');
    await writeFile(file, 'größe 😀 Größe');
    for (const bytes of [1, 2, 3, 5, 7]) {
      let hits = 0;
      await scanAll(readText(file, unending, bytes), [re2Finder('(?i)größe'), re2Finder('😀')], () => {
        hits += 1;
      });
      expect(hits).toBe(3);
    }
  });
});

describe('keywords', () => {
  const found = (text: string, ...keywords: string[]) => keywordsIn(each([text]), keywords);
  test('whole words in any case of any script', async () => {
    expect(await found('The LAYOFF.', 'layoff')).toEqual(['layoff']);
    expect(await found('layoffs, playoff', 'layoff')).toEqual([]);
    expect(await found('Die KÜNDIGUNG', 'kündigung')).toEqual(['kündigung']);
    expect(await found('увольнение', 'Увольнение')).toEqual(['Увольнение']);
    expect(await found('überlayoff, layoffü, layoff1', 'layoff')).toEqual([]);
    expect(await found('"layoff_plan": 1', 'layoff')).toEqual(['layoff']);
    expect(await found('公司裁员计划', '裁员')).toEqual(['裁员']);
  });
  test('signs in a keyword are signs, and spaces in it are any white space', async () => {
    expect(await found('we use C++ here', 'c++', 'c..')).toEqual(['c++']);
    expect(await found('project\n  falcon', 'project falcon', 'project')).toEqual(['project falcon', 'project']);
  });
  test('neither composition, width, invisible characters nor JSON escapes hide one', async () => {
    expect(await found('ku\u0308ndigung', 'kündigung')).toEqual(['kündigung']);
    expect(await found('ｌａｙｏｆｆ', 'layoff')).toEqual(['layoff']);
    expect(await found('lay\u00adoff and lay\u200boff', 'layoff')).toEqual(['layoff']);
    expect(await found('{"a": "K\\u00fcndigung"}', 'kündigung')).toEqual(['kündigung']);
  });
  test('where the pieces end changes nothing', async () => {
    const word = fc.constantFrom(
      'layoff',
      'lay',
      'off',
      ' ',
      '\n',
      's',
      'K\\u00fcndigung',
      'project',
      ' falcon',
      '裁员',
    );
    const keywords = ['layoff', 'kündigung', 'project falcon', '裁员'];
    await fc.assert(
      fc.asyncProperty(fc.array(word, { maxLength: 20 }), fc.array(fc.nat(), { maxLength: 6 }), async (words, cuts) => {
        const text = words.join('');
        expect(await keywordsIn(each(cutAt(text, cuts)), keywords)).toEqual(await found(text, ...keywords));
      }),
    );
  });
});

test('text is told from binary by its name, else by NUL bytes and marks', async () => {
  const folder = await temporaryFolder();
  const is = async (name: string, content: string | Buffer) => {
    await writeFile(join(folder, name), content);
    return isTextFile(join(folder, name), name);
  };
  expect(await is('a.md', 'a\0b')).toBe(true);
  expect(await is('plain', 'abc')).toBe(true);
  expect(await is('empty', '')).toBe(true);
  expect(await is('nul', 'a\0b')).toBe(false);
  expect(await is('a.xlsx', 'PK\u0003\u0004\0\0')).toBe(false);
  expect(await is('report', '%PDF-1.7 text only')).toBe(false);
  expect(await is('utf16', Buffer.from('\ufeffabc', 'utf16le'))).toBe(true);
});
