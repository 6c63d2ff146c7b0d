import type { AskRow } from '../../../store/schema.ts';
import { fieldOf } from '../../connect/payload.ts';

/** The way back to whoever asked. */
export interface Way {
  /** Of the interaction: answers that person for a quarter of an hour, so it is a secret. */
  token: string | null;
  /** When the interaction came, ISO 8601 in UTC. */
  at: string | null;
  /** Bytes that one file may have where they asked; null where Discord did not say. */
  fileLimit: number | null;
}

/** What doing and answering a click or a form needs, noted before Discord is told that it arrived. */
export interface AskedPayload extends Way {
  /** What the button carried, as if nothing had been asked before. */
  code: string;
  values: Record<string, string>;
  member: boolean;
}

const textOr = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** The way back, of an ask of any kind. */
export function readWay({ payload }: Pick<AskRow, 'payload'>): Way {
  const limit = fieldOf(payload, 'fileLimit');
  return {
    token: textOr(fieldOf(payload, 'token')),
    at: textOr(fieldOf(payload, 'at')),
    fileLimit: typeof limit === 'number' ? limit : null,
  };
}

/** Reads what `takeAsk` was given; whatever is not there counts as nothing, since an older product may have noted it. */
export const readAsked = (ask: Pick<AskRow, 'payload'>): AskedPayload => ({
  ...readWay(ask),
  code: textOr(fieldOf(ask.payload, 'code')) ?? '',
  values: readTexts(fieldOf(ask.payload, 'values')),
  member: fieldOf(ask.payload, 'member') === true,
});

const readTexts = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(typeof value === 'object' && value !== null ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );
