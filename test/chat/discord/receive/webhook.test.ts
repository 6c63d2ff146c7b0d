import { RateLimitError, type REST } from 'discord.js';
import { expect, test } from 'vitest';
import type { DiscordMessage } from '#src/chat/discord/components.ts';
import type { Discord } from '#src/chat/discord/discord.ts';
import { followUp, replaceFirst } from '#src/chat/discord/receive/webhook.ts';
import { TestClock } from '#test/setup/clock.ts';

const MESSAGE: DiscordMessage = { flags: 32_832, allowed_mentions: { parse: [], users: [] }, components: [] };
const FILES = [{ name: 'net.csv', data: Buffer.from('month;net\n') }];

const limit = (ms: number) =>
  new RateLimitError({
    ...{ global: false, method: 'POST', hash: 'h', limit: 5, majorParameter: '1', route: '/webhooks/:id/:token' },
    ...{ timeToReset: ms, retryAfter: 0, sublimitTimeout: 0, scope: 'shared', url: 'https://discord.com/api' },
  });

/** Three queues, of which the first call, whichever takes it, meets a limit. */
function queues(ms: number) {
  const clock = new TestClock();
  const calls: { queue: string; files: number; patient: boolean }[] = [];
  const queue = (name: string) => {
    const call = async (_: string, { files = [], signal }: { files?: unknown[]; signal?: AbortSignal }) => {
      calls.push({ queue: name, files: files.length, patient: signal !== undefined });
      if (calls.length === 1) throw limit(ms);
      return {};
    };
    return { post: call, patch: call } as unknown as REST;
  };
  const discord = {
    ...{ application: '7', ground: { clock } },
    rest: { now: queue('now'), once: queue('once'), later: queue('later') },
  } as unknown as Discord;
  return { discord, clock, calls };
}

test.each(['followUp', 'replaceFirst'] as const)(
  '%s under a limit: files keep the time that their bytes take',
  async (way) => {
    const send = ({ discord, clock }: ReturnType<typeof queues>, files: typeof FILES) =>
      way === 'followUp'
        ? followUp(discord, 'token', MESSAGE, files)
        : replaceFirst(discord, { token: 'token', at: clock.now().toISOString() }, MESSAGE, files);

    const limited = queues(4000);
    const sent = send(limited, FILES);
    await expect.poll(() => limited.clock.waiting).toBe(1);
    await limited.clock.advance(3999);
    expect(limited.calls).toHaveLength(1);
    await limited.clock.advance(1);
    await sent;
    expect(limited.calls).toEqual(Array(2).fill({ queue: 'once', files: 1, patient: true }));

    const tooLong = queues(5001);
    await expect(send(tooLong, FILES)).rejects.toThrow(RateLimitError);
    expect(tooLong.calls).toHaveLength(1);

    // Words go by the queue that waits by itself.
    const words = queues(4000);
    await send(words, []);
    expect(words.calls.map(({ queue }) => queue)).toEqual([way === 'followUp' ? 'once' : 'now', 'later']);
  },
);
