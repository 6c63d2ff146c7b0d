import type { AskRow } from '../../../store/schema.ts';
import { fieldOf } from '../../connect/payload.ts';

/** A modal or a home that the answer may be shown in. */
export interface Shown {
  /** `V…`, or by the name that we gave it before it was open. */
  view: { id: string } | { external: string };
  /** As it was when somebody clicked in it: what was drawn since must not be drawn over. */
  hash: string | null;
  /** The modal below it, and what that shows, so that it is true again when one comes back to it. */
  below: Below | null;
}

export interface Below {
  id: string;
  code: string;
}

/** From where somebody asked, and so where they are answered. */
export interface From {
  channel: string | null;
  /** Of the message that was clicked. */
  ts: string | null;
  /** The thread it is a line of. */
  thread: string | null;
  /** Answers that person alone for half an hour, so it is a secret. */
  responseUrl: string | null;
  shown: Shown | null;
}

/** What doing and answering a click or a form needs, noted before Slack is told that it arrived. */
export interface AskedPayload {
  /** What the button carried, and with a form what it held. */
  code: string;
  values: Record<string, string>;
  member: boolean;
  unsure: boolean;
  from: From;
}

export const NOWHERE: From = { channel: null, ts: null, thread: null, responseUrl: null, shown: null };

const textOr = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Reads what `takeAsk` was given; whatever is not there counts as nothing, since an older product may have noted it. */
export function readAsked({ payload }: Pick<AskRow, 'payload'>): AskedPayload {
  const from = fieldOf(payload, 'from');
  return {
    code: textOr(fieldOf(payload, 'code')) ?? '',
    values: readTexts(fieldOf(payload, 'values')),
    member: fieldOf(payload, 'member') === true,
    unsure: fieldOf(payload, 'unsure') === true,
    from: {
      channel: textOr(fieldOf(from, 'channel')),
      ts: textOr(fieldOf(from, 'ts')),
      thread: textOr(fieldOf(from, 'thread')),
      responseUrl: textOr(fieldOf(from, 'responseUrl')),
      shown: readShown(fieldOf(from, 'shown')),
    },
  };
}

const readTexts = (value: unknown): Record<string, string> =>
  Object.fromEntries(
    Object.entries(typeof value === 'object' && value !== null ? value : {}).filter(
      (entry): entry is [string, string] => typeof entry[1] === 'string',
    ),
  );

function readShown(value: unknown): Shown | null {
  const id = textOr(fieldOf(fieldOf(value, 'view'), 'id'));
  const external = textOr(fieldOf(fieldOf(value, 'view'), 'external'));
  if (id === null && external === null) return null;
  return {
    view: id === null ? { external: external ?? '' } : { id },
    hash: textOr(fieldOf(value, 'hash')),
    below: readBelow(fieldOf(value, 'below')),
  };
}

export function readBelow(value: unknown): Below | null {
  const id = textOr(fieldOf(value, 'id'));
  const code = textOr(fieldOf(value, 'code'));
  return id === null || code === null ? null : { id, code };
}
