import { DiscordAPIError, HTTPError, RateLimitError } from 'discord.js';
import { describe, expect, test } from 'vitest';
import { DeliveryError } from '#src/chat/adapter.ts';
import { deliveryErrorOf, drawnAmiss } from '#src/chat/discord/deliver/failures.ts';
import { CoworkError } from '#src/errors.ts';

const BODY = { body: { content: 'words of somebody' }, files: undefined };
const said = (code: number, status = 400, errors?: object) =>
  new DiscordAPIError(
    { code, message: 'As Discord says it', ...(errors ? { errors } : {}) } as never,
    ...([code, status, 'POST', 'https://discord.example/api/v10/channels/1/messages', BODY] as const),
  );
const limit = (method: string, over: object = {}) =>
  new RateLimitError({
    ...{ global: false, method, hash: 'h', limit: 5, majorParameter: '1', route: '/channels/:id/messages/:id' },
    ...{
      url: 'https://discord.example',
      scope: 'user',
      sublimitTimeout: 0,
      timeToReset: 50,
      retryAfter: 90_000,
      ...over,
    },
  });

describe('what Discord says no with', () => {
  test.each([
    [10_003, 404, 'away', 'name another channel'],
    [10_004, 404, 'away', 'add the app to the server'],
    [10_013, 404, 'away', 'right id'],
    [50_001, 403, 'away', 'View Channel'],
    [50_007, 403, 'away', 'privacy settings'],
    [50_008, 400, 'away', 'text channel'],
    [50_013, 403, 'away', 'Send Messages'],
    [40_001, 401, 'away', 'DISCORD_TOKEN'],
    [10_008, 404, 'gone', 'deleted'],
    [50_005, 403, 'fixed', 'another app'],
    [50_035, 400, 'refused', 'refuses'],
    [40_005, 413, 'refused', 'refuses'],
    [99_999, 400, 'refused', 'refuses'],
    [20_028, 429, 'later', 'no more messages'],
    [130_000, 503, 'later', 'no more messages'],
    [99_998, 429, 'later', 'no more messages'],
    [99_997, 502, 'unknown', 'trouble'],
  ])('%i means %s %s', (code, status, failure, words) => {
    const error = deliveryErrorOf(said(code, status));
    expect(error).toMatchObject({ failure, only: false });
    expect(error.message).toContain(words);
    // It stands in the middle of a sentence, and holds nothing of what was sent.
    expect(error.message).not.toMatch(/\.$|words of somebody/);
  });

  test('what is so for every place is known from what is so for one', () => {
    const everywhere = (code: number, status: number) => deliveryErrorOf(said(code, status)).everywhere;
    expect([everywhere(0, 401), everywhere(10_004, 404), everywhere(40_001, 401)]).toEqual([true, true, true]);
    expect([everywhere(10_003, 404), everywhere(50_001, 403), everywhere(50_007, 403)]).toEqual([false, false, false]);
  });

  test('where in the form it is wrong is told, and an answer to a message that is gone is no bad form', () => {
    const bad = said(50_035, 400, {
      components: { 0: { components: { _errors: [{ code: 'X', message: 'Too many' }] } } },
    });
    expect(deliveryErrorOf(bad).message).toBe('Discord refuses the message (50035): /components/0/components Too many');
    const orphan = said(50_035, 400, { message_reference: { _errors: [{ code: 'Y', message: 'Unknown message' }] } });
    expect(deliveryErrorOf(orphan)).toMatchObject({ failure: 'gone' });
    expect([bad, orphan, said(40_005, 413), said(10_003, 404), new Error('x')].map(drawnAmiss)).toEqual([
      ...[true, false, true, false, false],
    ]);
  });
});

test('too many: it is said when to come back; of an old message that alone waits, of everything else the place', () => {
  expect(deliveryErrorOf(limit('POST'))).toMatchObject({ failure: 'later', afterMs: 90_000, only: false });
  expect(deliveryErrorOf(limit('PATCH'))).toMatchObject({ failure: 'later', afterMs: 90_000, only: true });
  expect(deliveryErrorOf(limit('PATCH', { global: true }))).toMatchObject({ failure: 'later', only: false });
  expect(deliveryErrorOf(said(30_046, 429))).toMatchObject({ failure: 'later', only: true, afterMs: 300_000 });
});

test('a no without a number is about the message or the place, and about everything only where everybody is shut out', () => {
  const page = (status: number) =>
    new DiscordAPIError(
      new ArrayBuffer(9) as never,
      undefined as never,
      status,
      'POST',
      'https://discord.example',
      BODY,
    );
  const means = (error: Error) => {
    const { failure, everywhere } = deliveryErrorOf(error);
    return `${failure}${everywhere ? ' everywhere' : ''}${drawnAmiss(error) ? ', drawn plainer first' : ''}`;
  };
  expect([400, 413, 404, 405, 403].map((status) => means(said(0, status)))).toEqual([
    ...['refused, drawn plainer first', 'refused, drawn plainer first', 'away', 'refused', 'away everywhere'],
  ]);
  expect([400, 413, 404, 407, 451].map((status) => means(page(status)))).toEqual([
    ...['unknown, drawn plainer first', 'refused, drawn plainer first'],
    ...Array(3).fill('away everywhere'),
  ]);
});

test('what may have been written is unknown; what was stopped on the way there is not', () => {
  const http = (status: number) => new HTTPError(status, 'x', 'POST', 'https://discord.example', BODY);
  expect([500, 502, 503].map((status) => deliveryErrorOf(http(status)).failure)).toEqual(Array(3).fill('unknown'));
  const aborted = Object.assign(new Error('This operation was aborted'), { name: 'AbortError' });
  expect(deliveryErrorOf(aborted)).toMatchObject({ failure: 'unknown', message: 'no answer from Discord in time' });
  const reset = Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
  expect(deliveryErrorOf(new TypeError('fetch failed', { cause: reset }))).toMatchObject({
    ...{ failure: 'unknown', message: 'no answer from Discord: fetch failed (ECONNRESET)' },
  });
  expect(deliveryErrorOf(new CoworkError('unavailable', 'Not yet.'))).toMatchObject({
    failure: 'later',
    afterMs: 1000,
  });
  const same = new DeliveryError('gone', 'as it is');
  expect(deliveryErrorOf(same)).toBe(same);
});
