import { fieldOf, isPayload, type Payload } from '../../connect/payload.ts';
import { EPHEMERAL } from '../components.ts';

/** A click or a form as Discord tells of it; everything else in the payload is left alone. */
export interface Received {
  /** Two clicks differ in it, two deliveries of one do not. */
  id: string;
  kind: 'click' | 'form' | 'other';
  /** What the button, the chosen option or the form carries. */
  code: string;
  /** Answers the person for fifteen minutes, so it is a secret. */
  token: string | null;
  channel: string | null;
  /** That was clicked, or from which the form was opened. */
  message: string | null;
  /** That message is seen by this person alone. */
  privately: boolean;
  /** By field; an empty one is left out. */
  values: Record<string, string>;
  /** Bytes that one file may have where they are. */
  fileLimit: number | null;
}

const LONGEST = 300;
const LONGEST_VALUE = 10_000;
const KINDS: Record<number, Received['kind']> = { 3: 'click', 5: 'form' };

/** Null too for what no id holds and the record cannot keep. */
const word = (value: unknown, longest = LONGEST): string | null =>
  typeof value === 'string' && value !== '' && value.length <= longest && isKept(value) ? value : null;

const isKept = (text: string): boolean => text.isWellFormed() && !text.includes('\0');

/** Ids are numbers written as text. */
const id = (value: unknown): string | null => (typeof value === 'string' && /^\d{1,25}$/.test(value) ? value : null);

/** Never fails: what is not there, or is not what it should be, is null or empty. */
export function readInteraction(body: Payload): Received {
  const { data, message } = body;
  const chosen = fieldOf(data, 'values');
  const limit = body.attachment_size_limit;
  const flags = fieldOf(message, 'flags');
  return {
    id: id(body.id) ?? '',
    kind: KINDS[Number(body.type)] ?? 'other',
    code: word(Array.isArray(chosen) ? chosen[0] : fieldOf(data, 'custom_id')) ?? '',
    token: word(body.token, 2000),
    channel: id(body.channel_id) ?? id(fieldOf(body.channel, 'id')),
    message: id(fieldOf(message, 'id')),
    privately: typeof flags === 'number' && (flags & EPHEMERAL) !== 0,
    values: valuesOf(fieldOf(data, 'components')),
    fileLimit: typeof limit === 'number' && Number.isSafeInteger(limit) && limit > 0 ? limit : null,
  };
}

/** A field stands in a label, as our forms are made, or in a row, as older ones are. */
function valuesOf(components: unknown): Record<string, string> {
  if (!Array.isArray(components)) return {};
  const fields = components.flatMap((one: unknown) => {
    const row = fieldOf(one, 'components');
    return [fieldOf(one, 'component'), ...(Array.isArray(row) ? row : [])].filter(isPayload);
  });
  return Object.fromEntries(
    fields.flatMap((field) => {
      const name = word(fieldOf(field, 'custom_id'));
      const chosen = fieldOf(field, 'values');
      const text = Array.isArray(chosen) ? chosen[0] : fieldOf(field, 'value');
      // A NUL and half a character cannot be kept by the record, and say nothing.
      const kept = typeof text === 'string' ? text.slice(0, LONGEST_VALUE).replaceAll('\0', '').toWellFormed() : '';
      return name === null || kept === '' ? [] : [[name, kept]];
    }),
  );
}
