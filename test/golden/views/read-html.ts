/** One tag as it stands in a page, or a run of text between two. */
export type Piece =
  | { kind: 'open'; tag: string; attributes: Record<string, string>; source: string }
  | { kind: 'close'; tag: string; source: string }
  | { kind: 'text'; text: string; source: string };

/** Elements that have no end. */
export const VOID = new Set(['input', 'br', 'hr', 'img', 'meta', 'link']);

const PIECE = /<!--[\s\S]*?-->|<\/?[a-zA-Z][^\s/>]*(?:\s+[^\s=>"'/]+(?:="[^"]*")?)*\s*>|[^<]+|</g;

/**
 * Our own HTML taken apart, in order. Strict where browsers are not: attributes in double quotes, no comments, no `<` that
 * is not a tag; whatever else stands there comes back as text that holds a `<`.
 */
export const readHtml = (page: string): Piece[] => (page.match(PIECE) ?? []).map(pieceOf);

function pieceOf(source: string): Piece {
  const [, end, tag] = /^<(\/?)([a-zA-Z][^\s/>]*)/.exec(source) ?? [];
  if (tag === undefined) return { kind: 'text', text: source, source };
  if (end) return { kind: 'close', tag, source };
  const inside = source.slice(tag.length + 1, -1);
  const found = [...inside.matchAll(/\s([^\s=>"'/]+)(?:="([^"]*)")?/g)];
  const attributes = Object.fromEntries(found.map(([, name = '', value = '']) => [name, decoded(value)]));
  return { kind: 'open', tag, attributes, source };
}

const NAMED: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'", '#x27': "'" };

/** Character references as `html` writes them, read. */
export const decoded = (text: string): string =>
  text.replace(/&(amp|lt|gt|quot|#39|#x27);/g, (_all, name: string) => NAMED[name] ?? '');
