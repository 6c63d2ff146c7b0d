import { fieldOf } from '../../connect/payload.ts';

/** What Discord says of the sessions that may still be begun, by whoever has this token. */
export interface Starts {
  total: number;
  left: number;
  /** Until there are as many again as at first. */
  resetMs: number;
  /** So many connections may begin one in the same five seconds. */
  atOnce: number;
  /** How many connections there are to be. */
  shards: number;
}

/** What Discord gives for a day. */
const USUAL = 1000;
/** From this part on they are spared, so that what is left lasts until there are more. */
const FEW = 1 / 4;
/** At none Discord ends all sessions and makes the token invalid: these are never begun. */
export const KEPT = 10;

/** Whether so few are left that each has to wait its turn. */
export const isSparing = ({ left, total }: Pick<Starts, 'left' | 'total'>): boolean =>
  left < total * FEW || left <= KEPT;

/** Reads the answer of `GET /gateway/bot`; what does not say how many are left throws. */
export function startsIn(told: unknown): Starts {
  const limit = fieldOf(told, 'session_start_limit');
  const number = (value: unknown, usual: number): number =>
    typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : usual;
  const left = number(fieldOf(limit, 'remaining'), -1);
  if (left < 0) throw new Error('Discord did not say how many sessions may still be begun');
  return {
    left,
    total: Math.max(left, number(fieldOf(limit, 'total'), 0) || USUAL),
    resetMs: number(fieldOf(limit, 'reset_after'), 0),
    atOnce: Math.max(1, number(fieldOf(limit, 'max_concurrency'), 1)),
    shards: Math.max(1, number(fieldOf(told, 'shards'), 1)),
  };
}
