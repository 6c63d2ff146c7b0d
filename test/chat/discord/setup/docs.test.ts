import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { PERMISSIONS } from '#src/chat/discord/setup/permissions.ts';

const root = join(import.meta.dirname, '../../../..');
const page = readFileSync(join(root, 'docs/discord.md'), 'utf8');

test('docs/discord.md has the table of permissions as the invite link asks for them', () => {
  const part = page.slice(page.indexOf('| permission |'), page.indexOf('The link also asks'));
  const rows = part.trim().split('\n').slice(2);
  expect(rows).toEqual(
    PERMISSIONS.map(
      ({ name, why, without, required }) => `| ${name} | ${why} | ${without} |${required ? '' : ' yes'} |`,
    ),
  );
});

test('docs/discord.md explains words that the code says', () => {
  const room = join(root, 'src/chat/discord');
  const own = readdirSync(room, { recursive: true, encoding: 'utf8' }).map((path) => join(room, path));
  const code = [...own, ...['src/config.ts', 'src/chat/not-listed.ts'].map((path) => join(root, path))]
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
    // What stands in the place of a name is anything.
    .replaceAll(/\$\{[^}]*\}/g, '');
  const part = page.slice(page.indexOf('## When it does not work'), page.indexOf('While Discord is away'));
  const said = [...part.matchAll(/^\| (.*?) \|/gm)].flatMap((row) =>
    // What Discord's own client and pages say stands in no file of ours.
    row[1]?.startsWith('Discord says') ? [] : [...(row[1] ?? '').matchAll(/`([^`]+)`/g)],
  );
  const words = said.map((match) => match[1] ?? '');
  expect(words.length).toBeGreaterThan(20);
  // A sentence that is put together of a name and words is known by its parts.
  const known = (word: string) =>
    word
      .split(/DISCORD_TOKEN holds|Discord is only|is missing: |has the|DISCORD_TOKEN is of/)
      .every((piece) => code.includes(piece.trim()));
  expect(words.filter((word) => !known(word))).toEqual([]);
});

test('docs/discord.md links and pictures lead somewhere', () => {
  for (const [, target = ''] of page.matchAll(/\]\(([^)#]+)\)/g)) {
    if (target.startsWith('http')) continue;
    expect([target, readFileSync(join(root, 'docs', target)).length > 0]).toEqual([target, true]);
  }
});
