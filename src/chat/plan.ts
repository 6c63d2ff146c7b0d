import { hashCore } from '../message/core.ts';
import { hashView } from '../message/hash.ts';
import type { MessageView } from '../message/view.ts';
import type { MessageRow } from '../store/schema.ts';
import type { Sparing } from './adapter.ts';
import type { Drawing, Talk, ThreadLine } from './drawing.ts';

/** The key of the row that says how the room for talk below a message was left. No line has it. */
export const TALK = 'talk';

type SaidRow = Pick<MessageRow, 'state' | 'external_id' | 'view_hash'> &
  Partial<Pick<MessageRow, 'core_hash' | 'posted_at' | 'edited_at'>>;

/** What has been said of one subject at one place: by thread key, '' for the message itself. */
export type Said = ReadonlyMap<string, SaidRow>;

/** What a place can do besides, and when it is. */
export interface Means {
  now: Date;
  sparing?: Sparing | undefined;
  /** Messages have rooms for talk there. */
  talks: boolean;
}

export type Step =
  | { do: 'post'; view: MessageView; hash: string }
  | { do: 'edit'; externalId: string; view: MessageView; hash: string }
  /** Nothing that a person must see at once: it is changed later. */
  | { do: 'wait'; ms: number }
  | { do: 'line'; key: string; view: MessageView; hash: string }
  /** Opens or closes the room for talk; `hash` says how it is then. */
  | { do: 'talk'; open: boolean; name: string; hash: string }
  /** Noted as said without saying it. */
  | { do: 'skip'; key: string };

/**
 * The least that makes a place show a drawing: post the message where there is none, change it where it shows anything
 * else, and say each line below it once. A post that was never answered is to be settled before (`posting` counts as not
 * said).
 */
export function plan(drawing: Drawing, said: Said, means: Means = { now: new Date(0), talks: false }): Step[] {
  const main = said.get('');
  const there = main?.state === 'posted' && main.external_id !== null ? main.external_id : null;
  const talk = means.talks && drawing.talk ? talkSteps(drawing.talk, drawing.name ?? '', said, there) : NO_TALK;
  return [
    ...messageSteps(drawing.view, main, there, means),
    ...talk.opens,
    ...drawing.thread.flatMap((line) => lineSteps(line, said, there)),
    ...talk.lines,
    ...talk.closes,
  ];
}

function messageSteps(view: MessageView, main: SaidRow | undefined, there: string | null, means: Means): Step[] {
  const hash = hashView(view);
  if (there === null) return [{ do: 'post', view, hash }];
  if (main?.view_hash === hash) return [];
  const ms = main ? restMs(view, main, means) : 0;
  return ms > 0 ? [{ do: 'wait', ms }] : [{ do: 'edit', externalId: there, view, hash }];
}

/** How long a change may and has to wait, by the platform's rule for messages that are no longer new; 0 where it does not. */
function restMs(view: MessageView, { core_hash, posted_at, edited_at }: SaidRow, { sparing, now }: Means): number {
  if (!sparing || !posted_at || core_hash !== hashCore(view)) return 0;
  if (now.getTime() - posted_at.getTime() < sparing.olderThanMs) return 0;
  return Math.max(0, (edited_at ?? posted_at).getTime() + sparing.everyMs - now.getTime());
}

function lineSteps({ key, view, detail = false }: ThreadLine, said: Said, there: string | null): Step[] {
  const state = said.get(key)?.state;
  if (state === 'posted' || state === 'skipped' || key === '' || key === TALK) return [];
  // A message that is only posted now tells itself what the line would.
  return there === null && !detail ? [{ do: 'skip', key }] : [{ do: 'line', key, view, hash: hashView(view) }];
}

const NO_TALK: { opens: Step[]; lines: Step[]; closes: Step[] } = { opens: [], lines: [], closes: [] };

/** Opened before anything is said in it, closed when the last was said; where there never was any, nothing is closed. */
function talkSteps({ open, lines }: Talk, name: string, said: Said, there: string | null) {
  const before = there === null ? undefined : said.get(TALK)?.view_hash;
  const hash = `${open ? 'open' : 'closed'} ${name}`;
  if (before === hash || (!open && before === undefined)) return NO_TALK;
  const step: Step = { do: 'talk', open, name, hash };
  if (open) return { opens: [step], lines: [], closes: [] };
  return { opens: [], lines: lines.flatMap((line) => lineSteps(line, said, there)), closes: [step] };
}
