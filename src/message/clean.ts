// Control and format characters, line and paragraph separators, lone halves of characters, and letters that show
// nothing: among them those that turn text around or hide it. Variation selectors stay, they only choose a glyph.
const UNSEEN = /[[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\p{Default_Ignorable_Code_Point}\u{2800}]--[\u{FE00}-\u{FE0F}]]+/gv;

/** Foreign text as one visible line. */
export const clean = (text: string): string => text.replace(UNSEEN, ' ');

/** Foreign text of several lines as visible lines. */
export const cleanLines = (text: string): string[] => text.split(/\r\n|\r|\n/).map((line) => clean(line).trimEnd());

/** At most `most` characters (code points), and a visible sign where something was cut. */
export function cut(text: string, most: number): string {
  // Code units are never fewer than characters, so most texts are measured without being taken apart.
  if (text.length <= most) return text;
  const characters = [...text.slice(0, 2 * most + 2)];
  return characters.length <= most ? text : `${characters.slice(0, Math.max(0, most - 1)).join('')}…`;
}

/** At most `most` UTF-16 units, as the chat platforms may count, without leaving half a character. */
export function cutUnits(text: string, most: number): string {
  if (text.length <= most) return text;
  const kept = text.slice(0, Math.max(0, most - 1));
  return `${/[\uD800-\uDBFF]$/.test(kept) ? kept.slice(0, -1) : kept}…`;
}
