import { IANAZone } from 'luxon';

// Local times are kept as "naive" milliseconds: what Date.UTC gives for the numbers on the wall clock. Differences of
// naive times are differences on the wall, whatever daylight saving did in between.

const DAY = 86_400_000;
// Two opposite changes of one zone within two days are not known; a change of a whole day (Samoa 2011) still is one.
const SAMPLE = 2 * DAY;
const CHUNK = 64 * SAMPLE;
const MOST_CHUNKS = 4096;

/** A stretch of time in which a zone keeps one offset. All values in milliseconds; offset is local minus UTC. */
export interface Span {
  from: number;
  to: number;
  offset: number;
  /** The change that began this offset, where it is less than two days before `from`; else -Infinity. */
  turn: number;
  /** The offset before `turn`; `offset` where there is no turn. */
  before: number;
}

const chunks = new Map<string, Span[]>();

/** The span of `zone` (an IANA name) that holds this instant. Throws for an unknown zone. */
export function spanAt(zone: string, instant: number): Span {
  const index = Math.floor(instant / CHUNK);
  const key = `${zone} ${index}`;
  let spans = chunks.get(key);
  if (!spans) {
    if (chunks.size >= MOST_CHUNKS) chunks.clear();
    spans = readChunk(zone, index * CHUNK);
    chunks.set(key, spans);
  }
  const found = spans.find((span) => instant < span.to);
  if (!found) throw new Error(`no span of ${zone} holds ${instant}`);
  return found;
}

function readChunk(zone: string, start: number): Span[] {
  const end = start + CHUNK;
  const spans: Span[] = [];
  let open: Span = { from: start, to: end, offset: 0, turn: Number.NEGATIVE_INFINITY, before: 0 };
  let offset = offsetAt(zone, start - SAMPLE - 1);
  open.offset = open.before = offset;
  for (let low = start - SAMPLE - 1; low < end - 1; low += SAMPLE) {
    const after = offsetAt(zone, low + SAMPLE);
    if (after === offset) continue;
    const turn = changeIn(zone, low, low + SAMPLE, offset);
    if (turn > start) {
      open.to = turn;
      spans.push(open);
    }
    open = { from: Math.max(turn, start), to: end, offset: after, turn, before: offset };
    offset = after;
  }
  return [...spans, open];
}

/** The first millisecond in (low, high] at which the offset is no longer `offset`. */
function changeIn(zone: string, low: number, high: number, offset: number): number {
  let [same, other] = [low, high];
  while (other - same > 1) {
    const middle = Math.floor((same + other) / 2);
    if (offsetAt(zone, middle) === offset) same = middle;
    else other = middle;
  }
  return other;
}

function offsetAt(zone: string, instant: number): number {
  const minutes = IANAZone.create(zone).offset(instant);
  if (!Number.isFinite(minutes)) throw new Error(`${zone} is not a known time zone`);
  return Math.round(minutes * 60_000);
}

/** The wall clock of `zone` at this instant, as naive milliseconds. */
export const localAt = (zone: string, instant: number): number => instant + spanAt(zone, instant).offset;

/**
 * The highest wall clock that `zone` has shown up to this instant: like `localAt`, but standing still while a repeated
 * hour passes again, so that what has happened on the wall never unhappens.
 */
export function reachedLocalAt(zone: string, instant: number): number {
  const { offset, turn, before } = spanAt(zone, instant);
  return Math.max(instant + offset, before > offset ? turn + before - 1 : Number.NEGATIVE_INFINITY);
}

/**
 * The instant of a wall-clock time: the first of two where the hour repeats, the first instant after the gap where the
 * time does not exist.
 */
export function instantOf(zone: string, local: number): number {
  let instant = local - DAY;
  for (;;) {
    const { from, to, offset, turn, before } = spanAt(zone, instant);
    if (from === turn && local >= turn + before && local < turn + offset) return turn;
    if (local < to + offset) return local - offset;
    instant = to;
  }
}

/** Naive milliseconds of `2026-12-24` (its midnight) or `2026-12-24T09:00`, as `localTime` and `localDate` accept them. */
export const readLocal = (text: string): number => Date.parse(text.includes('T') ? `${text}Z` : `${text}T00:00Z`);
