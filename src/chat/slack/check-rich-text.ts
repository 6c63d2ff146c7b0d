import { addresses, counts, each, type Faults, type Json, oneOf, texts } from '../faults.ts';
import { SLACK_LIMITS as MOST } from './limits.ts';

const CONTAINERS = ['rich_text_section', 'rich_text_list', 'rich_text_preformatted', 'rich_text_quote'];

/** A rich text block or cell. */
export function* checkRichText(block: Json, pointer: string): Faults {
  yield* counts(block.elements, `${pointer}/elements`, Number.MAX_SAFE_INTEGER);
  yield* each(block.elements, `${pointer}/elements`, function* (element, at) {
    yield* oneOf(element.type, `${at}/type`, CONTAINERS);
    yield* counts(element.elements, `${at}/elements`, Number.MAX_SAFE_INTEGER);
    if (element.type !== 'rich_text_list') {
      const still = element.type === 'rich_text_preformatted';
      yield* each(element.elements, `${at}/elements`, (leaf, where) => checkLeaf(leaf, where, still));
      return;
    }
    yield* oneOf(element.style, `${at}/style`, ['bullet', 'ordered']);
    const indent = element.indent ?? 0;
    if (typeof indent !== 'number' || indent < 0 || indent > MOST.listIndent)
      yield { pointer: `${at}/indent`, message: `must be 0 to ${MOST.listIndent}` };
    yield* each(element.elements, `${at}/elements`, function* (item, where) {
      yield* oneOf(item.type, `${where}/type`, ['rich_text_section']);
      yield* each(item.elements, `${where}/elements`, (leaf, inner) => checkLeaf(leaf, inner, false));
    });
  });
}

const STYLES = ['bold', 'italic', 'strike', 'underline', 'highlight', 'client_highlight'];

const TOKENS =
  /^(?:time(?:_secs)?|ago|day_divider_pretty|date(?:_num|_slash|_pretty|_(?:long|short)(?:_full|_pretty)?)?)$/;

function* checkFormat(format: string, pointer: string): Faults {
  const tokens = [...format.matchAll(/\{(\w+)\}/g)].map(([, token]) => token ?? '');
  if (tokens.length === 0) yield { pointer, message: 'has no token in it' };
  for (const token of tokens) if (!TOKENS.test(token)) yield { pointer, message: `{${token}} is no token of Slack's` };
}

function* checkLeaf(leaf: Json, pointer: string, still: boolean): Faults {
  yield* oneOf(leaf.type, `${pointer}/type`, still ? ['text', 'link'] : ['text', 'link', 'user', 'date', 'emoji']);
  const style = Object.keys(leaf.style ?? {});
  const allowed = leaf.type === 'date' ? STYLES : [...STYLES, 'code'];
  if (style.some((key) => !allowed.includes(key))) yield { pointer: `${pointer}/style`, message: 'is no style of it' };
  switch (leaf.type) {
    case 'text':
      return yield* texts(leaf.text, `${pointer}/text`, Number.MAX_SAFE_INTEGER);
    case 'link':
      yield* texts(leaf.text, `${pointer}/text`, Number.MAX_SAFE_INTEGER, 0);
      return yield* addresses(leaf.url, `${pointer}/url`, MOST.url);
    case 'user':
      if (!/^[UW][A-Z0-9]+$/.test(String(leaf.user_id)))
        yield { pointer: `${pointer}/user_id`, message: 'is no user id' };
      return;
    case 'date':
      if (!Number.isSafeInteger(leaf.timestamp))
        yield { pointer: `${pointer}/timestamp`, message: 'must be whole seconds' };
      yield* checkFormat(String(leaf.format), `${pointer}/format`);
      return yield* texts(leaf.fallback, `${pointer}/fallback`, MOST.textObject);
  }
}
