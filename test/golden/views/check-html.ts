import { isOwnPath } from '#src/http/view/text.ts';
import { decodeAction } from '#src/message/action.ts';
import { type Piece, readHtml, VOID } from './read-html.ts';

const PLAIN = ['class', 'id', 'hidden', 'dir', 'title', 'role', 'tabindex', 'aria-label', 'aria-hidden', 'aria-describedby'];
const DRAWN = ['fill', 'stroke', 'transform', 'd', 'x', 'y', 'width', 'height'];

/** Every element that a message may be made of, with what it may carry besides `PLAIN`. */
const ELEMENTS: Record<string, string[]> = {
  ...Object.fromEntries(
    'div p h2 h3 strong code bdi small span ul li dl dt dd figure figcaption blockquote table caption thead tbody tr td summary'
      .split(' ')
      .map((tag) => [tag, []]),
  ),
  th: ['scope'],
  a: ['href'],
  time: ['datetime', 'data-form'],
  details: ['name'],
  form: ['method', 'action'],
  label: ['for'],
  button: ['form', 'name', 'value'],
  input: ['type', 'name', 'value', 'maxlength', 'autocomplete', 'required'],
  textarea: ['name', 'rows', 'maxlength', 'required'],
  select: ['name', 'required'],
  option: ['value'],
  svg: [...DRAWN, 'xmlns', 'xmlns:xlink', 'version', 'baseProfile', 'viewBox'],
  rect: DRAWN,
  path: [
    ...DRAWN,
    'pointer-events',
    'stroke-width',
    'stroke-linecap',
    'stroke-linejoin',
    'stroke-miterlimit',
    'stroke-dasharray',
    'stroke-opacity',
    'fill-opacity',
  ],
  text: [...DRAWN, 'dominant-baseline', 'text-anchor', 'font-size', 'font-family', 'font-weight'],
  g: ['transform'],
};

/** What is wrong with the HTML of a message; empty where all of it is ours, whole, and works without a script. */
export function checkHtml(page: string): string[] {
  const pieces = readHtml(page);
  return [...checkNesting(pieces), ...pieces.flatMap(checkPiece), ...checkReferences(pieces), ...checkSends(pieces)];
}

function checkNesting(pieces: Piece[]): string[] {
  const open: string[] = [];
  for (const piece of pieces) {
    if (piece.kind === 'open' && !VOID.has(piece.tag)) open.push(piece.tag);
    if (piece.kind === 'close' && open.pop() !== piece.tag) return [`${piece.source} ends nothing`];
  }
  return open.map((tag) => `<${tag}> does not end`);
}

// What a reader cannot see; tab and line breaks are for lines that stay lines.
const UNSEEN = /[\p{Cc}\p{Cf}\p{Cs}\u2028\u2029]/u;

function checkPiece(piece: Piece): string[] {
  if (piece.kind === 'close') return [];
  if (piece.kind === 'text') {
    if (piece.text.includes('<')) return [`a bare < in ${JSON.stringify(piece.text.slice(0, 60))}`];
    return UNSEEN.test(piece.text.replace(/[\t\r\n]/g, '')) ? [`hidden characters in ${JSON.stringify(piece.text)}`] : [];
  }
  const { tag, attributes } = piece;
  const allowed = Object.hasOwn(ELEMENTS, tag) ? [...PLAIN, ...(ELEMENTS[tag] ?? [])] : null;
  if (!allowed) return [`<${tag}> has no place in a message`];
  const strange = Object.keys(attributes).filter((name) => !allowed.includes(name));
  return [
    ...strange.map((name) => `<${tag} ${name}> has no place in a message`),
    ...(attributes.href !== undefined && !isOwnPath(attributes.href) ? [`a link leads to ${attributes.href}`] : []),
    ...(tag === 'form' && (attributes.action !== '/acts' || attributes.method !== 'post') ? ['a form goes elsewhere'] : []),
  ];
}

const valuesOf = (pieces: Piece[], name: string): string[] =>
  pieces.flatMap((piece) => (piece.kind === 'open' && piece.attributes[name] !== undefined ? [piece.attributes[name]] : []));

function checkReferences(pieces: Piece[]): string[] {
  const ids = valuesOf(pieces, 'id');
  const twice = ids.filter((id, index) => ids.indexOf(id) !== index);
  const named = ['for', 'form', 'aria-describedby'].flatMap((name) => valuesOf(pieces, name));
  return [
    ...twice.map((id) => `the id ${id} stands twice`),
    ...named.filter((id) => !ids.includes(id)).map((id) => `nothing has the id ${id}`),
  ];
}

/** Every button is in a form or names one, and what it sends is a code that a click is read from. */
function checkSends(pieces: Piece[]): string[] {
  const problems: string[] = [];
  let form: Record<string, string> | null = null;
  for (const piece of pieces) {
    if (piece.kind === 'close' && piece.tag === 'form') form = null;
    if (piece.kind !== 'open') continue;
    const { tag, attributes } = piece;
    if (tag === 'form') {
      if (form) problems.push('a form within a form');
      form = {};
    }
    if (tag === 'input' && form && attributes.name) form[attributes.name] = attributes.value ?? '';
    if (tag !== 'button') continue;
    const code = attributes.form === undefined ? form?.code : attributes.value;
    if (decodeAction(code ?? '') === null) problems.push(`a button sends ${JSON.stringify(code)}`);
  }
  return problems;
}
