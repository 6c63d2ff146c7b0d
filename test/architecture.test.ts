import { readdirSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { describe, expect, test } from 'vitest';

const root = resolve(import.meta.dirname, '..');
const PARTS = ['src', 'commands', 'blocks', 'migrations'];

/** Lowest first; a file may import from its own row or from rows above it in this list, never from below. */
const ROWS: string[][] = [
  ['src/errors', 'src/clock', 'src/log', 'src/config', 'src/values', 'migrations'],
  ['src/store', 'src/message'],
  ['src/people'],
  ['src/workflows', 'src/skills'],
  ['src/ground'],
  ['src/runs'],
  ['src/reviews', 'src/alerts'],
  ['src/reports'],
  ['blocks'],
  ['commands'],
  ['src/chat'],
  ['src/http'],
  ['src/main', 'src/cli'],
];

/** Where each outside library may be named; everything else about it stays behind that room's own words. */
const HOMES: Record<string, string[]> = {
  '@slack/': ['src/chat/slack'],
  undici: ['src/chat/slack'],
  'discord.js': ['src/chat/discord'],
  'pg-boss': ['src/store'],
  pg: ['src/store'],
  hono: ['src/http'],
  '@hono/': ['src/http'],
  '@anthropic-ai/': ['src/skills'],
  'node-cron': ['src/runs', 'src/workflows'],
  chokidar: ['src/workflows'],
  echarts: ['src/chat'],
  '@resvg/': ['src/chat'],
  'dejavu-fonts-ttf': ['src/chat'],
  diff: ['src/reports'],
  'markdown-it': ['src/http'],
  commander: ['src/cli'],
  ajv: ['src/values'],
  'csv-stringify': ['src/reports'],
  'csv-parse': ['src/runs/checks', 'src/reports'],
};

/** Carried and never imported: what another package needs beside it, and what is read as files. */
const NOT_IMPORTED: Record<string, string> = {
  'dejavu-fonts-ttf': 'fonts, found by their path',
  undici: 'what Slack’s socket is opened by',
};

const walk = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? walk(join(folder, entry.name))
      : /\.(ts|mjs)$/.test(entry.name)
        ? [join(folder, entry.name)]
        : [],
  );

const files = PARTS.flatMap((part) => walk(join(root, part)));
const name = (file: string) => relative(root, file);

/** Import statements, with whether they vanish at run time. */
function importsOf(file: string): { target: string; typeOnly: boolean }[] {
  const text = readFileSync(file, 'utf8');
  const found = text.matchAll(/^(?:import|export)\s+(type\s)?[^;]*?from\s+'([^']+)'|import\(\s*'([^']+)'\s*\)/gm);
  return [...found].map((match) => ({ target: match[2] ?? match[3] ?? '', typeOnly: match[1] !== undefined }));
}

const local = (file: string, target: string) =>
  target.startsWith('.') ? name(resolve(dirname(file), target)) : undefined;

const rowOf = (path: string): number => {
  const row = ROWS.findIndex((entries) =>
    entries.some((entry) => path === `${entry}.ts` || path === `${entry}.mjs` || path.startsWith(`${entry}/`)),
  );
  return row;
};

describe('the house', () => {
  test('has a row for every file', () => {
    const strays = files.map(name).filter((path) => rowOf(path) < 0 && path !== 'src/launch.mjs');
    expect(strays).toEqual([]);
  });

  test('imports go down only', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file).flatMap(({ target, typeOnly }) => {
        const path = local(file, target);
        if (path === undefined || rowOf(path) <= rowOf(name(file)) || name(file) === 'src/launch.mjs') return [];
        // Ground is a bundle of types; naming it costs no dependency.
        return typeOnly && path === 'src/ground.ts' ? [] : [`${name(file)} → ${path}`];
      }),
    );
    expect(wrong).toEqual([]);
  });

  test('has no circles', () => {
    const edges = new Map(
      files.map((file) => [
        name(file),
        importsOf(file).flatMap(({ target, typeOnly }) => (typeOnly ? [] : (local(file, target) ?? []))),
      ]),
    );
    const state = new Map<string, 'open' | 'done'>();
    const circles: string[] = [];
    const visit = (path: string, trail: string[]) => {
      if (state.get(path) === 'done') return;
      if (state.get(path) === 'open') {
        circles.push([...trail.slice(trail.indexOf(path)), path].join(' → '));
        return;
      }
      state.set(path, 'open');
      for (const next of edges.get(path) ?? []) visit(next, [...trail, path]);
      state.set(path, 'done');
    };
    for (const path of edges.keys()) visit(path, []);
    expect(circles).toEqual([]);
  });

  test('names each library in its own room only', () => {
    const wrong = files.flatMap((file) =>
      importsOf(file).flatMap(({ target }) =>
        Object.entries(HOMES)
          .filter(([library]) =>
            library.endsWith('/') ? target.startsWith(library) : target === library || target.startsWith(`${library}/`),
          )
          .filter(([, homes]) => !homes.some((home) => name(file).startsWith(home)))
          .map(([library]) => `${name(file)} names ${library}`),
      ),
    );
    expect(wrong).toEqual([]);
  });

  test('reads the environment in the configuration and at the command line only', () => {
    const readers = files.filter((file) => /process\.env\b/.test(readFileSync(file, 'utf8'))).map(name);
    // The database server's child needs PATH; the probe is a script that runs inside the fence.
    const besides = ['src/store/embedded/account.ts', 'src/skills/fence/probe-script.ts'];
    expect(
      readers.filter((path) => !/^src\/(config|main|launch|cli)(\.|\/)/.test(path) && !besides.includes(path)),
    ).toEqual([]);
  });

  test('takes the time from the clock that is handed in', () => {
    const readers = files.filter((file) => {
      const text = readFileSync(file, 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '');
      return /\bDate\.now\(\)|new Date\(\)|DateTime\.(now|local|utc)\(\)/.test(text);
    });
    expect(readers.map(name).filter((path) => path !== 'src/clock.ts')).toEqual([]);
  });

  test('keeps its files small: median at most 80 lines, none over 400', () => {
    const lengths = files
      .map((file) => ({ path: name(file), lines: readFileSync(file, 'utf8').split('\n').length - 1 }))
      .sort((a, b) => a.lines - b.lines);
    expect(lengths.filter(({ lines }) => lines > 400)).toEqual([]);
    expect(lengths[Math.floor(lengths.length / 2)]?.lines).toBeLessThanOrEqual(80);
  });

  test('uses every dependency it carries, and no word of a room without a purpose', () => {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<
      'dependencies' | 'devDependencies',
      Record<string, string>
    >;
    const named = new Set(files.flatMap((file) => importsOf(file).map(({ target }) => target)));
    const isNamed = (dependency: string) =>
      [...named].some((target) => target === dependency || target.startsWith(`${dependency}/`));
    const unused = Object.keys(dependencies).filter((dependency) => !isNamed(dependency) && !NOT_IMPORTED[dependency]);
    expect(unused).toEqual([]);
    expect(Object.keys(NOT_IMPORTED).filter((dependency) => !dependencies[dependency] || isNamed(dependency))).toEqual(
      [],
    );
    expect(Object.keys(devDependencies).filter(isNamed)).toEqual([]);
    const rooms = PARTS.flatMap((part) => walk(join(root, part))).map(name);
    expect(rooms.filter((path) => /(^|\/)(utils?|helpers?|managers?|common)(\.|\/|$)/.test(path))).toEqual([]);
    expect(statSync(join(root, 'migrations', 'index.ts')).isFile()).toBe(true);
  });
});
