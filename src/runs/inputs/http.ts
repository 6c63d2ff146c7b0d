import { createHash } from 'node:crypto';
import { mkdir, open, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../../clock.ts';
import { messageOf } from '../../errors.ts';
import { durationMs } from '../../values/scalars.ts';
import { storageFault } from '../storage-fault.ts';
import { type Fetched, failed, missing, staleness } from './fetched.ts';
import { type Answer, follow } from './http-request.ts';

export interface HttpInput {
  http: string;
  headers: Readonly<Record<string, string>>;
  max_age?: string | undefined;
}

export interface HttpSource {
  env: Readonly<Record<string, string | undefined>>;
  clock: Clock;
  signal?: AbortSignal | undefined;
  /** Longest body in bytes. */
  mostBytes: number;
  /** Longest time of one try, connection to last byte. */
  timeoutMs?: number;
}

const TIMEOUT_MS = 60_000;
/** Pauses before the second and the third try; a network that stumbles once should not degrade a report. */
const PAUSES_MS = [1000, 3000];

const WHOLE = /^env:([A-Za-z_][A-Za-z0-9_]*)$/;

/** A body that may not be kept, or a connection that may not be used: no second try. */
class Unacceptable extends Error {}

/**
 * Fetches a URL into `target`. Network errors, time-outs, 429 and 5xx are tried three times; 404 and 410 are `missing`;
 * anything but 2xx, a body over `mostBytes` and too many or unsafe redirects are `failed`. `max_age` looks at
 * `Last-Modified` where the server sends one; what was fetched just now is fresh otherwise.
 */
export async function fetchHttp(input: HttpInput, target: string, from: HttpSource): Promise<Fetched> {
  const headers = resolveHeaders(input.headers, from.env);
  if ('unset' in headers) return failed(input.http, `the variable ${headers.unset} of its headers is not set`);
  for (let tries = 0; ; tries += 1) {
    const fetched = await tryOnce(input, headers.headers, target, from);
    if (!('again' in fetched)) return fetched;
    const pause = PAUSES_MS[tries];
    if (pause === undefined) return failed(input.http, fetched.again);
    await from.clock.wait(pause, from.signal);
  }
}

/** Headers with `env:NAME`, whole or as `${env:NAME}` within a text, filled in; or the first variable that is not set. */
const resolveHeaders = (
  headers: HttpInput['headers'],
  env: HttpSource['env'],
): { headers: Record<string, string> } | { unset: string } => {
  let unset: string | undefined;
  const lookUp = (_: string, variable: string) => {
    const value = env[variable];
    if (!value) unset ??= variable;
    return value ?? '';
  };
  // One pattern or the other: a value that itself looks like a reference is not looked up again.
  const fill = (text: string) => text.replace(WHOLE.test(text) ? WHOLE : /\$\{env:([^}]*)\}/g, lookUp);
  const filled = Object.entries(headers).map(([name, text]) => [name, fill(text)]);
  return unset === undefined ? { headers: Object.fromEntries(filled) } : { unset };
};

async function tryOnce(
  input: HttpInput,
  headers: Record<string, string>,
  target: string,
  from: HttpSource,
): Promise<Fetched | { again: string }> {
  const late = new AbortController();
  const over = new AbortController();
  const most = from.timeoutMs ?? TIMEOUT_MS;
  from.clock.wait(most, over.signal).then(
    () => late.abort(),
    () => {},
  );
  const signal = AbortSignal.any([late.signal, ...(from.signal ? [from.signal] : [])]);
  try {
    const answer = await follow(input.http, headers, signal);
    return await keep(input, answer, target, from);
  } catch (error) {
    from.signal?.throwIfAborted();
    if (late.signal.aborted) return { again: `no complete answer within ${most / 1000} seconds` };
    if (error instanceof Unacceptable) return failed(input.http, error.message);
    if (storageFault(error)) throw error;
    return { again: sentenceOf(error) };
  } finally {
    over.abort();
  }
}

/** What a failed fetch says; the reason of `fetch failed` lies in its cause. Never the headers, which hold secrets. */
const sentenceOf = (error: unknown): string => {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
  return `could not be fetched: ${messageOf(cause)}`;
};

async function keep(
  input: HttpInput,
  answer: Answer,
  target: string,
  from: HttpSource,
): Promise<Fetched | { again: string }> {
  if ('refused' in answer) return failed(input.http, answer.refused);
  const { response } = answer;
  const { status } = response;
  if (status !== 200) await response.body?.cancel().catch(() => {});
  if (status === 404 || status === 410) return missing(input.http, `the server answered ${status}`);
  if (status === 429 || status >= 500) return { again: `the server answered ${status}` };
  if (status !== 200) return failed(input.http, `the server answered ${status}`);
  const modified = new Date(response.headers.get('last-modified') ?? Number.NaN);
  if (input.max_age && !Number.isNaN(modified.getTime())) {
    const stale = staleness(input.http, modified, from.clock.now(), durationMs(input.max_age));
    if (stale) {
      await response.body?.cancel().catch(() => {});
      return stale;
    }
  }
  const path = fileName(input.http);
  const copied = await store(response, target, path, from);
  return { status: 'ok', path: input.http, files: [{ source: input.http, path, ...copied }] };
}

/** The last part of the URL's path where it makes a decent file name, else `body`. */
const fileName = (url: string): string => {
  const last = new URL(url).pathname.split('/').at(-1) ?? '';
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(last) ? last : 'body';
};

async function store(response: Response, target: string, name: string, { mostBytes }: HttpSource) {
  await mkdir(target, { recursive: true });
  await rm(join(target, name), { force: true });
  const file = await open(join(target, name), 'wx', 0o444);
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const part of response.body ?? []) {
      bytes += part.length;
      if (bytes > mostBytes) throw new Unacceptable(`the answer is longer than ${mostBytes} bytes`);
      hash.update(part);
      await file.writeFile(part);
    }
  } finally {
    await file.close();
  }
  return { bytes, sha256: hash.digest('hex') };
}
