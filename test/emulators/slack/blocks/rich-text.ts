import type { Rule } from './fault.ts';
import { address, byType, figure, flag, list, may, oneOf, shape, string, whole } from './rules.ts';

const is = (type: string): Rule => oneOf(type);
const style = may(
  shape({
    bold: may(flag),
    code: may(flag),
    italic: may(flag),
    strike: may(flag),
    underline: may(flag),
    highlight: may(flag),
  }),
);
const leaf = (type: string, fields: Parameters<typeof shape>[0]): Rule => shape({ type: is(type), style, ...fields });

const textLeaf = leaf('text', { text: string() });
const linkLeaf = leaf('link', { url: address(), text: may(string()), unsafe: may(flag) });

const leafRule: Rule = byType({
  text: textLeaf,
  link: linkLeaf,
  user: leaf('user', { user_id: string({ like: /^[UW][A-Z0-9]+$/ }) }),
  usergroup: leaf('usergroup', { usergroup_id: string({ like: /^S[A-Z0-9]+$/ }) }),
  team: leaf('team', { team_id: string({ like: /^T[A-Z0-9]+$/ }) }),
  channel: leaf('channel', { channel_id: string({ like: /^[CGD][A-Z0-9]+$/ }) }),
  emoji: leaf('emoji', { name: string(), unicode: may(string()), url: may(address()) }),
  broadcast: leaf('broadcast', { range: oneOf('here', 'channel', 'everyone') }),
  color: leaf('color', { value: string({ like: /^#[0-9a-fA-F]{6}$/ }) }),
  date: leaf('date', {
    timestamp: whole(0, 9_999_999_999),
    format: string({ like: /\{[a-z_]+\}/ }),
    url: may(address()),
    fallback: may(string()),
  }),
});

const border = may(whole(0, 1));
const section: Rule = shape({ type: is('rich_text_section'), elements: list({ min: 0 }, leafRule) });

const parts: Rule = byType({
  rich_text_section: section,
  rich_text_list: shape({
    type: is('rich_text_list'),
    elements: list({}, section),
    style: oneOf('bullet', 'ordered'),
    indent: may(whole(0, 8)),
    offset: may(figure),
    border,
  }),
  rich_text_preformatted: shape({
    type: is('rich_text_preformatted'),
    elements: list({}, byType({ text: textLeaf, link: linkLeaf })),
    language: may(string()),
    border,
  }),
  rich_text_quote: shape({ type: is('rich_text_quote'), elements: list({}, leafRule), border }),
});

/** The block, also where it is the cell of a table or a part of another block. */
export const richText: Rule = shape({
  type: is('rich_text'),
  block_id: may(string({ max: 255 })),
  elements: list({}, parts),
});
