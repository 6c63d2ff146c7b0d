import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { SCOPES } from '#src/chat/slack/setup/scopes.ts';

const root = join(import.meta.dirname, '../../../..');
const page = readFileSync(join(root, 'docs/slack.md'), 'utf8');

test('docs/slack.md has the table of scopes as the manifest asks for them', () => {
  const rows = page
    .split('\n')
    .filter((line) => /^\| `[a-z]+(:[a-z]+)?` \|/.test(line) && line.split('|').length === 6);
  expect(rows).toEqual(
    SCOPES.map(
      ({ scope, why, without, required }) => `| \`${scope}\` | ${why} | ${without} |${required ? '' : ' yes'} |`,
    ),
  );
});

test('docs/slack.md explains words that the code says', () => {
  const room = join(root, 'src/chat/slack');
  const own = readdirSync(room, { recursive: true, encoding: 'utf8' }).map((path) => join(room, path));
  const code = [
    ...own,
    ...['src/config.ts', 'src/chat/not-listed.ts', 'src/chat/receive/outsider.ts'].map((path) => join(root, path)),
  ]
    .filter((path) => path.endsWith('.ts'))
    .map((path) => readFileSync(path, 'utf8').replaceAll('’', "'"))
    .join('\n');
  const part = page.slice(page.indexOf('## When it does not work'), page.indexOf('While Slack is away'));
  const said = [...part.matchAll(/^\| (.*?) \|/gm)].flatMap((row) => [...(row[1] ?? '').matchAll(/`([^`]+)`/g)]);
  // What Slack's own pages and its client say stands in no file of ours.
  const slacks = [/dispatch_failed/, /^Your URL/, /^\/cowork$/];
  const words = said.map((match) => match[1] ?? '').filter((word) => !slacks.some((each) => each.test(word)));
  expect(words.length).toBeGreaterThan(15);
  const known = (word: string) =>
    word
      .split(/…|#|SLACK_[A-Z]+_(?:TOKEN|SECRET)|@cowork-ops|holds/)
      .map((piece) => piece.trim())
      .filter((piece) => piece.length > 3)
      .every((piece) => code.includes(piece));
  expect(words.filter((word) => !known(word))).toEqual([]);
});

test('docs/slack.md links and pictures lead somewhere', () => {
  for (const [, target = ''] of page.matchAll(/\]\(([^)#]+)\)/g)) {
    if (target.startsWith('http')) continue;
    expect([target, readFileSync(join(root, 'docs', target)).length > 0]).toEqual([target, true]);
  }
});
