import { isPayload, type Payload } from '../../connect/payload.ts';

const FORM = 'application/x-www-form-urlencoded';
const FIELD = 'payload=';

/** Signed bytes as a payload: JSON, a form that holds JSON under `payload`, or a form of fields; null where it is none. */
export function readBody(contentType: string | undefined, bytes: Buffer): Payload | null {
  const type = contentType?.split(';')[0]?.trim().toLowerCase();
  const text = bytes.toString('utf8');
  if (type === 'application/json') return readJson(text);
  if (type !== FORM) return null;
  const only = onlyPayload(text);
  if (only !== null) return readJson(only);
  const form = new URLSearchParams(text);
  const payload = form.get('payload');
  return payload === null ? Object.fromEntries(form) : readJson(payload);
}

/** The payload of a form of that one field, as every click is: read by itself, since that takes half the time. */
function onlyPayload(text: string): string | null {
  if (!text.startsWith(FIELD) || text.includes('&')) return null;
  try {
    return decodeURIComponent(text.slice(FIELD.length).replaceAll('+', ' '));
  } catch {
    return null;
  }
}

/** The one request that Slack may send unsigned: whether our certificate is in order. It says nothing and asks nothing. */
export const isSslCheck = (contentType: string | undefined, bytes: Buffer): boolean =>
  contentType?.split(';')[0]?.trim().toLowerCase() === FORM &&
  new URLSearchParams(bytes.toString('utf8')).get('ssl_check') === '1';

function readJson(text: string): Payload | null {
  try {
    const value: unknown = JSON.parse(text);
    return isPayload(value) ? value : null;
  } catch {
    return null;
  }
}
