import type { Context } from 'hono';

/** Aborts once nobody waits for the answer any longer, or the server stops: what takes long is then given up. */
export type Wanted = (context: Context) => AbortSignal;

/** Whoever asked is gone when their connection is; all are when `stopping` aborts. */
export const wantedUntil =
  (stopping: AbortSignal): Wanted =>
  (context) =>
    AbortSignal.any([context.req.raw.signal, stopping]);
