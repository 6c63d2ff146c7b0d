import { strong, type Text } from '../message/text.ts';

// How sentences of a view hang together; every view says it by the same signs, and each platform has lists for it.

/** What belongs to the line above it begins with two blanks, in every view. */
const DETAIL = '  ';

/** One line and what belongs to it. */
export interface Matter {
  line: Text;
  details: Text[];
}

/** The first line where it is the title of those below it: strong as a whole. */
export function titleOf([first, ...rest]: readonly Text[]): Text | null {
  const titled = first !== undefined && isTitle(first) && rest.length > 0 && !rest.some(isDetail);
  return titled ? first : null;
}

const isTitle = ([first, ...more]: Text): boolean =>
  more.length === 0 && typeof first === 'object' && first.kind === 'strong';

const isDetail = ([first]: Text): boolean => typeof first === 'string' && first.startsWith(DETAIL);

const undented = ([first, ...more]: Text): Text => [...(typeof first === 'string' ? [first.trimStart()] : []), ...more];

/** Lines with the details that follow them, without their blanks. */
export function mattersOf(lines: readonly Text[]): Matter[] {
  const matters: Matter[] = [];
  for (const line of lines) {
    const last = matters.at(-1);
    if (last && isDetail(line)) last.details.push(undented(line));
    else matters.push({ line, details: [] });
  }
  return matters;
}

/** Whether what follows is listed by this line. */
export const endsInColon = (line: Text): boolean => {
  const last = line.at(-1);
  return typeof last === 'string' && last.endsWith(':');
};

/** `and 12 more` is no entry of a list. */
export const isRest = ([first]: Text): boolean => typeof first === 'string' && /^and [\d,]+ more\b/.test(first);

/** Several lines that are each a few pieces side by side, as of a table: where they wrap, nothing else tells them apart. */
export function isList(matters: readonly Matter[]): boolean {
  const entries = matters.filter(({ line }) => !isRest(line));
  return entries.length > 1 && entries.every(({ line, details }) => details.length === 0 && hasPieces(line));
}

const hasPieces = (line: Text): boolean => line.some((span) => typeof span === 'string' && span.includes(' · '));

/** `1,204,331 EUR (last approved 1,180,002, +2.1 %)`: the figure strong, what it is compared with not. */
export function figureFirst([first, ...rest]: Text): Text {
  if (typeof first !== 'string') return first === undefined ? [] : [first, ...rest];
  const [figure = first] = /^[^(]*[^(\s]/.exec(first) ?? [];
  const compared = first.slice(figure.length);
  return [strong(figure), ...(compared === '' ? [] : [compared]), ...rest];
}
