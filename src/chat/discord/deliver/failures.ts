import { CoworkError, messageOf, systemCode } from '../../../errors.ts';
import { DeliveryError, type DeliveryFailure } from '../../adapter.ts';
import { fieldOf } from '../../connect/payload.ts';
import { withoutSecrets } from '../../connect/plain-error.ts';
import type { Fault } from '../../faults.ts';

const NAME_ANOTHER = 'or name another channel in cowork.yaml';
const NEW_TOKEN = "put the bot's token from the Developer Portal into DISCORD_TOKEN and start again";
const INVITE = 'add the app to the server again';
const RIGHT_ID = 'put the right id into cowork.yaml';

/** Discord reaches this place no more until a person does something, and what that is; by Discord's number. */
const AWAY = words({
  10003: 'there is no such channel (any more); name another channel in cowork.yaml',
  10004: `there is no such server for the bot; ${INVITE}`,
  10013: `Discord does not know this person; ${RIGHT_ID}`,
  20026: 'Discord has flagged the app for spam; look at the Developer Portal',
  40001: `Discord does not take the bot's token; ${NEW_TOKEN}`,
  40002: 'the bot has to be verified first; look at the Developer Portal',
  50001: `the bot cannot see the channel; give it View Channel in the channel's settings, ${NAME_ANOTHER}`,
  50007:
    'this person takes no direct messages from the bot; they can allow them in their privacy settings of the server',
  50008: 'this kind of channel takes no messages; name a text channel in cowork.yaml',
  50013: `the bot may not post there; give it Send Messages in the channel's settings, ${NAME_ANOTHER}`,
  50014: `Discord does not take the bot's token; ${NEW_TOKEN}`,
  50024: 'this kind of channel takes no messages; name a text channel in cowork.yaml',
  50025: `Discord does not take the bot's token; ${NEW_TOKEN}`,
  50033: `this person cannot be written to; ${RIGHT_ID}`,
  50278: 'this person shares no server with the bot, so it cannot write to them; take them out of cowork.yaml',
});

/** What a person has to do about one of Discord's numbers for a place out of reach; for events that say the same. */
export const awayWords = (code: number): string => AWAY.get(code) ?? `Discord's error ${code}`;

/** Of those, what is so for every place: the token, the app or the server as a whole. */
const EVERYWHERE: ReadonlySet<number> = new Set([10004, 20026, 40001, 40002, 50014, 50025]);

/** Said of one message: it is not there any more, so it is posted anew. */
const GONE = words({ 10008: 'the message was deleted' });

/** Said of one message that stands, and cannot be changed any more. */
const FIXED = words({
  50005: 'the message belongs to another app, or to the bot as it was installed before',
  50021: 'the message is one of the system',
});

/** Nothing is written, and it will be taken later: milliseconds where Discord does not say. */
const LATER_MS = words({ 20016: 10_000, 20022: 10_000, 20028: 10_000, 40062: 10_000, 130000: 30_000 });

/** The number for too many changes of messages older than an hour; when that ends is not told reliably. */
const OLD_EDITS = 30_046;
const OLD_EDITS_MS = 5 * 60_000;

/** What may be taken once it is drawn by plainer means: a bad form, or too much of it. */
const DRAWN_AMISS: ReadonlySet<number> = new Set([40005, 50006, 50035]);

/** Until Discord has let us in. */
const NOT_YET_MS = 1000;
/** A 429 that does not say for how long. */
const PATIENCE_MS = 10_000;

/** Discord's number for what is wrong, where it answered with one; a call that was aborted has a number of its own (20). */
export const codeOf = (error: unknown): number | null =>
  numberIn(error, 'status') === null ? null : numberIn(error, 'code');

/** Whether the post or edit answers to a message that is not there: said as a bad form. */
const lacksParent = (error: unknown): boolean => fault(error)?.pointer.startsWith('/message_reference') ?? false;

export const drawnAmiss = (error: unknown): boolean =>
  DRAWN_AMISS.has(codeOf(error) ?? 0) ? !lacksParent(error) : (codeOf(error) ?? 0) === 0 && isUnreadable(error);

/** A body that nobody could read, or that was too long for whoever is in between: a matter of this message. */
const isUnreadable = (error: unknown): boolean => [400, 413].includes(numberIn(error, 'status') ?? 0);

/** Whether Discord itself answered, though with no number for what is wrong, and not a page of whoever is in between. */
const isOwnAnswer = (error: unknown): boolean =>
  typeof fieldOf(error instanceof Error ? Reflect.get(error, 'rawError') : null, 'code') === 'number';

/**
 * What a failed call to Discord means for the place and the message, in words for whoever has to do something. `away` and
 * `later` concern the place that was called, or every one; whatever may have been written is `unknown`; a no that nobody
 * knows is `refused`, since Discord wrote nothing then, and would not the next time either.
 */
export function deliveryErrorOf(error: unknown): DeliveryError {
  if (error instanceof DeliveryError) return error;
  // Nothing was asked yet; that Discord does not let us in is told by whoever asks it to.
  if (error instanceof CoworkError && error.code === 'unavailable')
    return later(error, error.message.replace(/\.$/, ''), NOT_YET_MS);
  const limited = restMs(error);
  if (limited !== null) return limitError(error, limited);
  const code = codeOf(error);
  const status = numberIn(error, 'status');
  if (status === 401) return away(error, `Discord does not take the bot's token; ${NEW_TOKEN} (HTTP 401)`, true);
  if (code !== null && code > 0) return apiError(error, code, status);
  if (status !== null) return httpError(error, status);
  if (error instanceof Error && error.name === 'AbortError')
    return made('unknown', 'no answer from Discord in time', error);
  return made('unknown', `no answer from Discord: ${withoutSecrets(wireWords(error))}`, error);
}

function apiError(error: unknown, code: number, status: number | null): DeliveryError {
  const why = AWAY.get(code);
  if (why !== undefined) return away(error, `${why} (${code})`, EVERYWHERE.has(code));
  if (lacksParent(error)) return made('gone', `the message above it was deleted (${code})`, error);
  const gone = GONE.get(code);
  if (gone !== undefined) return made('gone', `${gone} (${code})`, error);
  const fixed = FIXED.get(code);
  if (fixed !== undefined) return made('fixed', `${fixed} (${code})`, error);
  if (code === OLD_EDITS) return oldEdits(error, OLD_EDITS_MS);
  const wait = LATER_MS.get(code) ?? (status === 429 ? PATIENCE_MS : undefined);
  if (wait !== undefined) return later(error, `Discord takes no more messages for now (${code})`, wait);
  if (status !== null && status >= 500) return httpError(error, status);
  const where = fault(error);
  const found = where === null ? messageOf(error).split('\n')[0] : `${where.pointer} ${where.message}`;
  return made('refused', `Discord refuses the message (${code}): ${found?.slice(0, 300)}`, error);
}

/** What is so for whoever asks, whatever they ask: the app or the address is shut out, or a proxy wants to know us. */
const SHUT_OUT: ReadonlySet<number> = new Set([401, 403, 407, 451]);

/**
 * An answer without a number of Discord's. 5xx: it may have been written. A body that cannot be read is a matter of the
 * message; where a page of somebody in between says so, only other messages can show it, as after a lost answer. What else
 * Discord itself says no with is about this message or this place; everything else came from before Discord (a proxy, a
 * wrong address), and nothing was written anywhere.
 */
function httpError(error: unknown, status: number): DeliveryError {
  if (status >= 500 || status === 408) return made('unknown', `Discord has trouble of its own (HTTP ${status})`, error);
  const own = isOwnAnswer(error);
  if (status === 413 || (own && status !== 404 && !SHUT_OUT.has(status)))
    return made('refused', `Discord refuses the message (HTTP ${status})`, error);
  if (status === 400) return made('unknown', 'what answers for Discord cannot read the message (HTTP 400)', error);
  if (own && status === 404)
    return away(error, 'Discord finds no such channel (HTTP 404); put the right one into cowork.yaml', false);
  return away(error, `what answers for Discord says HTTP ${status}; look at the network and DISCORD_API_URL`, true);
}

/**
 * A limit that the library does not wait for. Of an edit it is a matter of that message, since each kind of call has a limit
 * of its own, and messages older than an hour have one besides.
 */
function limitError(error: unknown, ms: number): DeliveryError {
  const global = error instanceof Error && Reflect.get(error, 'global') === true;
  const edit = error instanceof Error && Reflect.get(error, 'method') === 'PATCH';
  if (edit && !global) return oldEdits(error, ms);
  return later(error, 'Discord asks for fewer messages', ms);
}

const oldEdits = (cause: unknown, afterMs: number): DeliveryError =>
  new DeliveryError('later', `Discord changes no more messages there for now (${OLD_EDITS})`, {
    ...{ afterMs, only: true, cause },
  });

/** How long the library's `RateLimitError` says to wait; null for everything else. */
function restMs(error: unknown): number | null {
  const rest = numberIn(error, 'timeToReset');
  return rest === null ? null : Math.max(1, rest, numberIn(error, 'retryAfter') ?? 0);
}

/** What Discord holds against a body, each with a JSON pointer. */
export function faultsOf(error: unknown): Fault[] {
  const raw = error instanceof Error ? Reflect.get(error, 'rawError') : undefined;
  return [...faultsIn((raw as { errors?: unknown } | undefined)?.errors, '')];
}

/** The first of them. */
export const fault = (error: unknown): Fault | null => faultsOf(error)[0] ?? null;

function* faultsIn(errors: unknown, pointer: string): Generator<Fault, void, undefined> {
  if (typeof errors !== 'object' || errors === null) return;
  const own = (errors as { _errors?: { message?: unknown }[] })._errors;
  if (Array.isArray(own)) yield { pointer, message: String(own[0]?.message ?? '') };
  else for (const [key, inner] of Object.entries(errors)) yield* faultsIn(inner, `${pointer}/${key}`);
}

const numberIn = (error: unknown, key: string): number | null => {
  const value = error instanceof Error ? Reflect.get(error, key) : null;
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
};

function words<T>(by: Record<number, T>): ReadonlyMap<number, T> {
  return new Map(Object.entries(by).map(([code, value]) => [Number(code), value]));
}

/** "fetch failed" tells nobody anything; what it hides does. */
function wireWords(error: unknown): string {
  const cause = error instanceof Error ? error.cause : undefined;
  const hidden = cause instanceof Error ? (systemCode(cause) ?? cause.message) : systemCode(error);
  return hidden === undefined || hidden === null ? messageOf(error) : `${messageOf(error)} (${hidden})`;
}

const made = (failure: DeliveryFailure, message: string, cause: unknown): DeliveryError =>
  new DeliveryError(failure, message, { cause });

const away = (cause: unknown, message: string, everywhere: boolean): DeliveryError =>
  new DeliveryError('away', message, { cause, everywhere });

const later = (cause: unknown, message: string, afterMs: number): DeliveryError =>
  new DeliveryError('later', message, { afterMs, cause });
