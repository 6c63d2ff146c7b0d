import { element } from './elements.ts';
import type { Faults, Rule } from './fault.ts';
import { mrkdwnText, picture, plain, text } from './objects.ts';
import { blockId } from './records.ts';
import { richText } from './rich-text.ts';
import { address, atLeastOne, flag, list, may, oneOf, shape, string } from './rules.ts';

const is = (type: string): Rule => oneOf(type);

export const card: Rule = shape(
  {
    type: is('card'),
    block_id: blockId,
    hero_image: may(picture),
    icon: may(picture),
    title: may(mrkdwnText(150)),
    subtitle: may(mrkdwnText(150)),
    body: may(mrkdwnText(200)),
    actions: may(list({ max: 2 }, element('card'))),
  },
  atLeastOne('hero_image', 'title', 'actions', 'body'),
);

export const carousel: Rule = shape({
  type: is('carousel'),
  block_id: blockId,
  elements: list({ max: 10 }, card),
});

export const alert: Rule = shape({
  type: is('alert'),
  block_id: blockId,
  text: text(200),
  level: may(oneOf('default', 'info', 'warning', 'error', 'success')),
});

export const contextActions: Rule = shape({
  type: is('context_actions'),
  block_id: blockId,
  elements: list({ max: 5 }, element('context_actions')),
});

export const taskCard: Rule = shape({
  type: is('task_card'),
  block_id: blockId,
  task_id: string(),
  title: string(),
  details: may(richText),
  output: may(richText),
  sources: may(list({}, shape({ type: is('url'), url: address(), text: string() }))),
  status: oneOf('pending', 'in_progress', 'complete', 'error'),
});

export const plan: Rule = shape({
  type: is('plan'),
  block_id: blockId,
  title: string(),
  tasks: may(list({ min: 0 }, taskCard)),
});

const INSIDE = 'actions context divider file header image input rich_text section table video'.split(' ');

/** Blocks inside of one, never deeper; `child` is what any block has to keep to. */
export const container = (child: Rule): Rule =>
  shape(
    {
      type: is('container'),
      block_id: blockId,
      title: may(plain(150)),
      rich_text_title: may(richText),
      subtitle: may(text(150)),
      child_blocks: list({ max: 10 }, function* (value, pointer, place): Faults {
        const type = String((value as { type?: unknown } | null)?.type);
        if (!INSIDE.includes(type)) {
          return yield { pointer: `${pointer}/type`, message: `unsupported type: ${type} in container` };
        }
        yield* child(value, pointer, place);
      }),
      width: may(oneOf('narrow', 'standard', 'wide', 'full')),
      icon: may(picture),
      is_collapsible: may(flag),
      default_collapsed: may(flag),
      has_header_divider: may(flag),
    },
    atLeastOne('title', 'rich_text_title'),
  );

/** Needs its own scope, and an address on a domain that the app may unfurl. */
export const video: Rule = shape(
  {
    type: is('video'),
    block_id: blockId,
    video_url: address(),
    thumbnail_url: address(),
    alt_text: string({ max: 2000 }),
    title: plain(199),
    title_url: may(address()),
    author_name: may(string({ max: 49 })),
    provider_name: may(string()),
    provider_icon_url: may(address()),
    description: may(plain(200)),
  },
  function* (_value, pointer, { workspace }): Faults {
    if (!workspace.scopes.has('links.embed:write')) yield { pointer, message: 'needs the scope links.embed:write' };
  },
);
