const DEEPEST_INDENT = 20;

/** A JSON document in its parts, as they are written: signs, texts with their quotes, numbers and words; null where it is none. */
export function tokensOf(text: string): string[] | null {
  const document = text.replace(/^\ufeff/, '');
  try {
    JSON.parse(document);
  } catch {
    return null;
  }
  return document.match(/"[^"\\]*(?:\\.[^"\\]*)*"|[[\]{}:,]|[^\s[\]{}:,"]+/g) ?? [];
}

/**
 * A JSON document laid out over lines, every number and text exactly as it is written (parsing would round large numbers
 * and drop repeated keys, and somebody is about to approve these bytes). Null where it is not JSON. At most `most`
 * characters; `cut` says whether there was more.
 */
export function indented(text: string, most: number): { text: string; cut: boolean } | null {
  const tokens = tokensOf(text);
  if (!tokens) return null;
  let out = '';
  let depth = 0;
  const line = () => `\n${'  '.repeat(Math.min(depth, DEEPEST_INDENT))}`;
  for (const [index, token] of tokens.entries()) {
    if (out.length > most) return { text: out.slice(0, most), cut: true };
    const next = tokens[index + 1];
    if (token === '{' || token === '[') {
      depth += 1;
      out += next === '}' || next === ']' ? token : `${token}${line()}`;
    } else if (token === '}' || token === ']') {
      depth -= 1;
      const before = tokens[index - 1];
      out += before === '{' || before === '[' ? token : `${line()}${token}`;
    } else if (token === ',') out += `,${line()}`;
    else out += token === ':' ? ': ' : token;
  }
  return out.length > most ? { text: out.slice(0, most), cut: true } : { text: out, cut: false };
}
