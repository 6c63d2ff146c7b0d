/** What stands where a secret was. */
const GONE = '[redacted]';
/** Shorter values are ordinary words: hiding `1` or `yes` everywhere would hide the log. */
const SHORTEST = 4;
/** Of a line of a longer secret, such as a key in PEM. */
const SHORTEST_LINE = 16;

/** Hides secrets in a stream of bytes, also where a value is split between two pieces. */
export interface RedactStream {
  /** What can be said for certain by now. */
  push(piece: Buffer): Buffer;
  /** The rest. */
  end(): Buffer;
}

/**
 * Hides these secret values as they are (UTF-8), URL-encoded, escaped as in JSON, in base64 (wherever the value begins
 * in the encoded bytes) and in hexadecimal; of a value of several lines each long line too. Values shorter than 4
 * characters are not hidden.
 */
export function redactStream(secrets: Iterable<string>): RedactStream {
  const forms = formsOf(secrets);
  if (forms.length === 0) return { push: (piece) => piece, end: () => Buffer.alloc(0) };
  const needles = new RegExp(forms.map((form) => form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&')).join('|'), 'g');
  const undecided = endsInside(forms);
  let kept = '';
  // Bytes as latin1: one character is one byte, so that a piece may end inside a character.
  const release = (upTo: number): Buffer => {
    let said = '';
    let at = 0;
    needles.lastIndex = 0;
    for (let match = needles.exec(kept); match && match.index < upTo; match = needles.exec(kept)) {
      said += kept.slice(at, match.index) + GONE;
      at = match.index + match[0].length;
    }
    const end = Math.max(at, upTo);
    said += kept.slice(at, end);
    kept = kept.slice(end);
    return Buffer.from(said, 'latin1');
  };
  return {
    push(piece) {
      kept += piece.toString('latin1');
      return release(undecided(kept));
    },
    end: () => release(kept.length),
  };
}

/**
 * Where the end of a text begins to look like a form that goes on in the next piece; its length where it does not, so
 * that what a process says is not held back for longer than it has to be.
 */
function endsInside(forms: readonly string[]): (text: string) => number {
  const longest = forms[0]?.length ?? 0;
  const byFirst = new Map<string, string[]>();
  for (const form of forms) byFirst.set(form.charAt(0), [...(byFirst.get(form.charAt(0)) ?? []), form]);
  return (text) => {
    for (let at = Math.max(0, text.length - longest + 1); at < text.length; at += 1) {
      const candidates = byFirst.get(text.charAt(at));
      if (!candidates) continue;
      const rest = text.slice(at);
      if (candidates.some((form) => form.length > rest.length && form.startsWith(rest))) return at;
    }
    return text.length;
  };
}

/** A function that hides the same in a complete text. */
export function redactor(secrets: Iterable<string>): (text: string) => string {
  const values = [...secrets];
  return (text) => {
    const stream = redactStream(values);
    return Buffer.concat([stream.push(Buffer.from(text, 'utf8')), stream.end()]).toString('utf8');
  };
}

/** All disguises, as latin1, the longest first, so that of two that begin alike the longer is hidden. */
function formsOf(secrets: Iterable<string>): string[] {
  const forms = new Set<string>();
  for (const secret of secrets) {
    const lines = secret.split(/\r?\n/).map((line) => line.trim());
    const parts = [
      secret,
      secret.trim(),
      ...(lines.length > 1 ? lines.filter((line) => line.length >= SHORTEST_LINE) : []),
    ];
    for (const part of parts) {
      if (part.length >= SHORTEST)
        for (const form of disguises(part)) forms.add(Buffer.from(form, 'utf8').toString('latin1'));
    }
  }
  return [...forms].sort((a, b) => b.length - a.length);
}

function* disguises(value: string): Generator<string> {
  const bytes = Buffer.from(value, 'utf8');
  yield value;
  const encoded = encodeBytes(bytes);
  yield encoded;
  yield encoded.replaceAll('%20', '+');
  yield encoded.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase());
  yield JSON.stringify(value).slice(1, -1);
  yield JSON.stringify(value).slice(1, -1).replaceAll('/', '\\/');
  if (bytes.length < 8) return;
  yield bytes.toString('hex');
  yield bytes.toString('hex').toUpperCase();
  for (const before of [0, 1, 2]) {
    // Only the characters that the value alone decides, whatever stands before and behind it.
    const text = Buffer.concat([Buffer.alloc(before), bytes])
      .toString('base64')
      .replace(/=+$/, '');
    const whole = text.slice(before === 0 ? 0 : before + 1, (before + bytes.length) % 3 === 0 ? undefined : -1);
    yield whole;
    yield whole.replaceAll('+', '-').replaceAll('/', '_');
  }
}

/** As encodeURIComponent, without its failure on half a surrogate pair. */
const encodeBytes = (bytes: Buffer): string =>
  [...bytes]
    .map((byte) => {
      const char = String.fromCharCode(byte);
      return /[A-Za-z0-9\-_.!~*'()]/.test(char) ? char : `%${byte.toString(16).toUpperCase().padStart(2, '0')}`;
    })
    .join('');
