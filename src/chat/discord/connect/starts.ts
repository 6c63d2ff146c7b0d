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

/** Reads the answer of `GET /gateway/bot`; what does not say how many are left throws. */
export function startsIn(told: unknown): Starts {
  const limit = fieldOf(told, 'session_start_limit');
  const number = (value: unknown, usual: number): number =>
    typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : usual;
  const left = number(fieldOf(limit, 'remaining'), -1);
  if (left < 0) throw new Error('Discord did not say how many sessions may still be begun');
  return {
    left,
    total: number(fieldOf(limit, 'total'), left),
    resetMs: number(fieldOf(limit, 'reset_after'), 0),
    atOnce: Math.max(1, number(fieldOf(limit, 'max_concurrency'), 1)),
    shards: Math.max(1, number(fieldOf(told, 'shards'), 1)),
  };
}
