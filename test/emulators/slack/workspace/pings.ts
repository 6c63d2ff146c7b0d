import type { Json, Message } from '../shapes.ts';

const IN_MRKDWN = /<!(channel|here|everyone)(?:\|[^>]*)?>|<@([UW]\w+)(?:\|[^>]*)?>|<!subteam\^(S\w+)(?:\|[^>]*)?>/g;

/** Whom a text calls that Slack parses. */
const called = (text: string): string[] =>
  [...text.matchAll(IN_MRKDWN)].map(([, all, user, group]) => (all ? `@${all}` : (user ?? group ?? '')));

/** Whom a block calls: by a leaf of rich text, or by what Slack parses. */
function inBlock(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(inBlock);
  if (typeof value !== 'object' || value === null) return [];
  const one = value as Json;
  switch (one.type) {
    case 'plain_text':
    case 'raw_text':
    case 'text':
      return [];
    case 'mrkdwn':
    case 'markdown':
      return called(String(one.text));
    case 'broadcast':
      return [`@${one.range}`];
    case 'user':
      return [String(one.user_id)];
    case 'usergroup':
      return [String(one.usergroup_id)];
    default:
      return Object.values(one).flatMap(inBlock);
  }
}

/** Who is called by a message: `@channel`, ids of people and of groups, each once. */
export const pingsOf = ({ text, blocks }: Pick<Message, 'text' | 'blocks'>): string[] => [
  ...new Set([...called(text), ...inBlock(blocks)]),
];
