import { LONGEST_CODE } from '../../../message/action.ts';
import { fieldOf } from '../../connect/payload.ts';
import { type Below, readBelow } from './asked-payload.ts';

/** What a modal of ours carries (`private_metadata`): ids only. */
export interface Metadata {
  /** What the click carried that opened it. */
  code: string;
  /** Where the message is that it began with. */
  place: string;
  channel: string | null;
  ts: string | null;
  /** Good for one submission; null where nothing can be sent. */
  once: string | null;
  below: Below | null;
}

/** Form and brief of a click; everything else that opens modals names them otherwise. */
export const ACT_FORM = 'act';
export const ACT_SHOWN = 'shown';

export const writeMetadata = (metadata: Metadata): string => JSON.stringify(metadata);

/** Null for anything that `writeMetadata` did not make. */
export function readMetadata(text: unknown): Metadata | null {
  if (typeof text !== 'string' || text.length > 3000) return null;
  const value = parsed(text);
  const code = fieldOf(value, 'code');
  if (typeof code !== 'string' || code.length > LONGEST_CODE) return null;
  const word = (key: string): string | null => {
    const found = fieldOf(value, key);
    return typeof found === 'string' && found.length <= 100 ? found : null;
  };
  return {
    ...{ code, place: word('place') ?? 'slack:modal', channel: word('channel'), ts: word('ts'), once: word('once') },
    below: readBelow(fieldOf(value, 'below')),
  };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
