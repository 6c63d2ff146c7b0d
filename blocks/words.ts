/** `1 run`, `2 runs`, `no runs`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  count === 0 ? `no ${many}` : `${count.toLocaleString('en-GB')} ${count === 1 ? one : many}`;

/** The first lines, and how many are left out. */
export function firstLines(lines: string[], most: number, what: string): string[] {
  if (lines.length <= most) return lines;
  const left = lines.length - most;
  return [...lines.slice(0, most), `and ${left.toLocaleString('en-GB')} more ${left === 1 ? what : `${what}s`}`];
}

/** The first twelve of a sha256, in groups of four as people compare them. */
export const hashText = (hash: string): string =>
  `sha256 ${hash
    .replace(/^sha256:/, '')
    .slice(0, 12)
    .replace(/(.{4})(?=.)/g, '$1 ')} …`;
