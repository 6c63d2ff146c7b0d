import { describe, expect, test } from 'vitest';
import { parseYaml } from '#src/workflows/files/document.ts';
import { problemText } from '#src/workflows/files/problem.ts';
import { problemsWith } from './sample-home.ts';

const says = (text: string) => parseYaml('a.yaml', text).problems.map(problemText);

const bomb = [
  'a: &a [1, 1, 1, 1, 1, 1, 1, 1, 1]',
  ...'bcdefghij'.split('').map((letter, at) => `${letter}: &${letter} [${Array(9).fill(`*${'abcdefghij'[at]}`)}]`),
].join('\n');

describe('malformed YAML is told at its place', () => {
  test.each([
    ['a tab', 'a: 1\n\tb: 2\n', 'a.yaml:2:1: a tab is used for indentation; YAML allows spaces only'],
    [
      'an open bracket',
      'a: [1\nb: 2\n',
      'a.yaml:2:1: the indentation does not fit: flow sequence in block collection must be sufficiently indented and end with a ]',
    ],
    [
      'a colon too many',
      'a: b: c\n',
      'a.yaml:1:4: a second key begins inside a value; put the value in quotes, or mend the indentation',
    ],
    ['an open quote', 'a: "x\n', 'a.yaml:2:1: a quote is opened and not closed before here'],
    [
      'a line without a colon',
      'key\nb: 1\n',
      'a.yaml:1:1: a line without a colon stands where a key is expected; write key: value',
    ],
    ['an at sign', 'a: @x\n', 'a.yaml:1:4: a value cannot begin with this sign; put the value in quotes'],
    [
      'two documents',
      'a: 1\n---\nb: 2\n',
      'a.yaml:2:1: a second document begins here (---); write one document per file',
    ],
    ['a tag', 'a: !foo 1\n', 'a.yaml:1:4: unresolved tag: !foo; a home uses no tags: remove it'],
    [
      'another YAML',
      '%YAML 1.1\n---\na: yes\n',
      'a.yaml:1:1: asks for YAML 1.1; only YAML 1.2 is read: remove the %YAML line',
    ],
    ['a key twice', 'a: 1\nb: 2\na: 3\n', 'a.yaml:3:1: the key "a" is written twice (first on line 1); keep one'],
    [
      'a key twice in a flow',
      'a: { b: 1, "b": 2 }\n',
      'a.yaml:1:12: the key "b" is written twice (first on line 1); keep one',
    ],
    [
      'a merge key',
      'a: &x { b: 1 }\nc:\n  <<: *x\n',
      'a.yaml:3:3: merge keys (<<) are not part of YAML 1.2; write the keys out',
    ],
    [
      'a glob without quotes',
      'a: *.csv\n',
      'a.yaml:1:4: the alias *.csv names no anchor; a text that begins with * must stand in quotes',
    ],
    ['an alias in itself', 'a: &x [*x]\n', 'a.yaml:1:1: is nested more than 40 levels deep (or an alias holds itself)'],
    ['a bomb of aliases', bomb, 'a.yaml:1:1: uses more than 100 aliases'],
    ['a key that is a list', '? [a]\n: 1\n', 'a.yaml:1:3: a key must be one plain word'],
    ['an empty key', ': 1\n', 'a.yaml:1:1: a key must be one plain word'],
    ['a prototype', '__proto__: { x: 1 }\n', 'a.yaml:1:1: the key __proto__ is not allowed'],
    ['NUL', 'a: "x\\0"\n', 'a.yaml:1:4: the text holds the control character U+0000; remove it'],
    [
      'an escape sequence for terminals',
      'a: "\\e[31m"\n',
      'a.yaml:1:4: the text holds the control character U+001b; remove it',
    ],
    ['half a character', 'a: "\\ud800"\n', 'a.yaml:1:4: the text holds half a character; remove it'],
  ])('%s', (_name, text, expected) => {
    expect(says(text)).toEqual([expected]);
  });

  test.each([
    ['brackets', '['.repeat(200_000)],
    ['braces', '{a: '.repeat(100_000)],
    ['dashes', '- '.repeat(100_000)],
    ['two hundred closed levels', '['.repeat(200) + ']'.repeat(200)],
  ])('%s without end do not overflow', (_name, text) => {
    expect(says(text).join()).toMatch(/nested (too deeply|more than 40 levels)/);
  });

  test('sixty thousand keys are read in one pass', () => {
    const { yaml, problems } = parseYaml('a.yaml', Array.from({ length: 60_000 }, (_, n) => `k${n}: 1`).join('\n'));
    expect(problems).toEqual([]);
    expect(Object.keys(yaml?.data as object)).toHaveLength(60_000);
  });
});

test('words from the file cannot steer a terminal or hide where they end', () => {
  const [line] = says('"a\\\\u202e": 1\n"a\\\\u202e": 2\n"b": 1');
  expect(line).toBe('a.yaml:2:1: the key "a\\u202e" is written twice (first on line 1); keep one');
  const direction = says(`"a\u202e": 1\n"a\u202e": 2\n`);
  expect(direction).toEqual(['a.yaml:2:1: the key "a\\u202e" is written twice (first on line 1); keep one']);
});

test('anchors and aliases of plain values work, and places are those of the alias', () => {
  const { yaml, problems } = parseYaml('a.yaml', 'a: &x [1, 2]\nb: *x\n');
  expect(problems).toEqual([]);
  expect(yaml?.data).toEqual({ a: [1, 2], b: [1, 2] });
  expect(yaml?.at(['b'])).toEqual({ line: 2, column: 4 });
  expect(yaml?.at(['b', 1])).toEqual({ line: 1, column: 11 });
  expect(yaml?.at(['c', 'd'])).toEqual({ line: 1, column: 1 });
});

test('YAML 1.2 core: no, on and 09:00 are text, 0o17 is a number', () => {
  expect(parseYaml('a.yaml', 'a: no\nb: on\nc: 09:00\nd: 0o17\ne: 2026-11-02\n').yaml?.data).toEqual({
    a: 'no',
    b: 'on',
    c: '09:00',
    d: 15,
    e: '2026-11-02',
  });
});

describe('files that are no text', () => {
  const bytes = (...parts: (string | number[])[]) =>
    Buffer.concat(parts.map((part) => (typeof part === 'string' ? Buffer.from(part) : Buffer.from(part))));

  test('a byte order mark is dropped, and columns count without it', async () => {
    expect(await problemsWith({ 'workflows/close-ledger.yaml': (text) => `\ufeff${text}` })).toEqual([]);
    expect(await problemsWith({ 'cowork.yaml': '\ufeffteem: x' })).toContainEqual(
      expect.stringMatching(/^cowork\.yaml:1:1: unknown key "teem".*did you mean team\?$/),
    );
  });

  test.each([
    ['UTF-16', Buffer.from('\ufeffworkflow: x', 'utf16le'), '1:1: is UTF-16; save it as UTF-8'],
    [
      'Latin-1',
      bytes('a: b\ntitle: Gr', [0xfc], 'n\n'),
      '2:10: is not UTF-8 text from here on; save the file as UTF-8',
    ],
    [
      'half a character at the end',
      bytes('ä: ', [0xe2, 0x82]),
      '1:4: is not UTF-8 text from here on; save the file as UTF-8',
    ],
    ['a huge file', Buffer.alloc(1_000_001, '#'), '1:1: is 1000001 bytes large; at most 1000000 are read'],
  ])('%s', async (_name, content, expected) => {
    expect(await problemsWith({ 'workflows/odd.yaml': content })).toEqual([`workflows/odd.yaml:${expected}`]);
  });
});
