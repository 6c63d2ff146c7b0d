import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { App, HTTPReceiver, LogLevel, type Receiver } from '@slack/bolt';
import { describe, expect, test } from 'vitest';
import { systemClock } from '#src/clock.ts';
import { connectedApp } from './connected.ts';
import type { SlackEmulator } from './emulator.ts';
import { ANNA, clientOf, OPS, workspace } from './sheet.ts';

const mention = { type: 'app_mention', channel: OPS, user: ANNA, text: 'Hello', ts: '1.000001' };

describe('over sockets', () => {
  test('an event goes to one of them, whichever, and is acknowledged', async () => {
    const { slack } = await workspace();
    await using _ = slack;
    await using app = await connectedApp(slack, 2);
    const seen: string[] = [];
    app.event('app_mention', async ({ body }) => {
      seen.push(body.event_id);
    });
    const sent = [await slack.event(mention), await slack.event(mention), await slack.event(mention)];
    expect(sent.map((one) => one.attempts.map(({ acked }) => acked))).toEqual([[true], [true], [true]]);
    await expect.poll(() => seen).toEqual(sent.map((one) => one.id));
    expect(slack.unacked()).toBe(0);
  });

  test('an event is sent again at once, after a minute and after five, with its own id in a new envelope', async () => {
    const { slack, clock } = await workspace();
    await using _ = slack;
    // A bare socket that never answers, as a product that hangs.
    const { url = '' } = await clientOf(slack, {}, slack.config.appToken ?? '').apps.connections.open({});
    const envelopes: {
      envelope_id: string;
      retry_attempt?: number;
      retry_reason?: string;
      payload: { event_id: string };
    }[] = [];
    const socket = new WebSocket(url);
    socket.addEventListener('message', ({ data }) => {
      const message = JSON.parse(String(data));
      if (message.type === 'events_api') envelopes.push(message);
    });
    await slack.connected(1);
    const sent = slack.event(mention);
    const attempts = () => slack.events.all[0]?.attempts ?? [];
    for (const [index, ms] of [0, 60_000, 300_000, 0].entries()) {
      await expect.poll(() => envelopes).toHaveLength(index + 1);
      clock.put(3000);
      await expect.poll(attempts).toHaveLength(index + 1);
      clock.put(ms);
    }
    await expect.poll(async () => (await sent).done).toBe(true);
    expect(envelopes.map((one) => one.retry_attempt)).toEqual([undefined, 1, 2, 3]);
    expect(envelopes.map((one) => one.retry_reason)).toEqual([undefined, 'timeout', 'timeout', 'timeout']);
    expect(new Set(envelopes.map((one) => one.payload.event_id)).size).toBe(1);
    expect(new Set(envelopes.map((one) => one.envelope_id)).size).toBe(4);
    slack.expectAmiss(/no acknowledgement within 3 s/);
    slack.expectAmiss(/given up after 4 attempts/);
    expect(slack.amiss).toEqual([]);
    socket.close();
  });

  test('a click that nobody acknowledges fails before the person, and is not sent again', async () => {
    const { slack, clock, client } = await workspace();
    await using _ = slack;
    await using app = await connectedApp(slack);
    const acks: (() => Promise<void>)[] = [];
    app.action('go', async ({ ack }) => {
      acks.push(ack);
    });
    const { ts = '' } = await client.chat.postMessage({
      channel: OPS,
      text: 'Run 42',
      blocks: [
        { type: 'actions', elements: [{ type: 'button', action_id: 'go', text: { type: 'plain_text', text: 'Go' } }] },
      ],
    });
    const click = slack.as(ANNA).click({ channel: OPS, ts }, 'Go');
    await expect.poll(() => acks).toHaveLength(1);
    clock.put(3000);
    expect(await click).toMatchObject({ acked: false, ackMs: 3000, sent: true });
    await acks[0]?.();
    await expect.poll(() => slack.amiss.join()).toMatch(/interactive: acknowledged too late/);
    slack.expectAmiss(/no acknowledgement within 3 s/);
    slack.expectAmiss(/acknowledged too late/);
    clock.put(600_000);
    expect(acks).toHaveLength(1);
  });

  test('without a socket a click fails at once', async () => {
    const { slack } = await workspace();
    await using _ = slack;
    expect(await slack.as(ANNA).globalShortcut('run')).toMatchObject({ acked: false, ackMs: 0 });
  });

  test('a refresh asks one after the other, so that one stays', async () => {
    const { slack } = await workspace();
    await using _ = slack;
    await using app = await connectedApp(slack, 2);
    const seen: string[] = [];
    app.event('app_mention', async ({ body }) => {
      seen.push(body.event_id);
    });
    const refreshed = slack.refresh();
    const during = await slack.event(mention);
    await refreshed;
    expect(during.attempts).toMatchObject([{ acked: true }]);
    expect(slack.sockets()).toBe(2);
    slack.cut();
    await slack.connected(2);
    expect(slack.amiss).toEqual([]);
  });

  test('an eleventh connection is turned away, and a ticket is good once', async () => {
    const { slack } = await workspace();
    await using _ = slack;
    const app = clientOf(slack, {}, slack.config.appToken ?? '');
    const addresses = await Promise.all(
      Array.from({ length: 11 }, async () => (await app.apps.connections.open({})).url ?? ''),
    );
    const sockets = addresses.slice(0, 10).map((url) => new WebSocket(url));
    await slack.connected(10);
    const eleventh = new WebSocket(addresses[10] ?? '');
    const said = await new Promise((resolve) => eleventh.addEventListener('message', ({ data }) => resolve(data)));
    expect(JSON.parse(String(said))).toMatchObject({ type: 'disconnect', reason: 'too_many_websockets' });
    slack.expectAmiss(/more than 10 connections/);
    const again = new WebSocket(addresses[0] ?? '');
    await new Promise((resolve) => again.addEventListener('error', resolve));
    for (const socket of sockets) socket.close();
  });
});

/** A bare app behind a request URL. */
async function served(slack: SlackEmulator): Promise<App & AsyncDisposable> {
  const receiver = new HTTPReceiver({ signingSecret: slack.config.signingSecret ?? '', logLevel: LogLevel.ERROR });
  const app = new App({
    token: slack.config.botToken,
    receiver: receiver as Receiver,
    clientOptions: { slackApiUrl: slack.url, retryConfig: { retries: 0 } },
    convoStore: false,
    logLevel: LogLevel.ERROR,
  });
  const server = await receiver.start({ port: 0, host: '127.0.0.1' } as never);
  slack.eventsUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
  return Object.assign(app, {
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await receiver.stop();
    },
  });
}

describe('over signed requests', () => {
  test('commands, clicks and events come in the form of each, and are answered', async () => {
    // Bolt compares with the time of day, whatever clock a story has.
    const { slack } = await workspace({ mode: 'http', clock: systemClock });
    await using _ = slack;
    await using app = await served(slack);
    expect(await slack.verifyUrl()).toBe(true);
    expect((await slack.sslCheck()).status).toBe(200);
    app.command('/cowork', async ({ ack, command }) => ack(`You said ${command.text}`));
    const done = await slack.as(ANNA).command('status', OPS);
    expect(done).toMatchObject({ acked: true });
    expect(slack.ephemerals(ANNA)).toMatchObject([{ channel: OPS, text: 'You said status' }]);
    const seen: unknown[] = [];
    app.event('app_mention', async ({ event }) => {
      seen.push(event);
    });
    await slack.event(mention);
    await expect.poll(() => seen).toMatchObject([mention]);
    expect(slack.amiss).toEqual([]);
  });

  test('a forged and a stale one are refused, and Bolt lets a replay and one from the future pass', async () => {
    const { slack } = await workspace({ mode: 'http', clock: systemClock });
    await using _ = slack;
    await using app = await served(slack);
    app.event('app_mention', async () => {});
    const body = slack.events.body(mention);
    const at = (ms: number) => ({ at: new Date(slack.workspace.now().getTime() + ms) });
    const statusOf = async (options: Parameters<SlackEmulator['signed']>[1]) =>
      (await slack.send(slack.signed(body, options))).status;
    expect(await statusOf({ secret: 'another' })).toBe(401);
    expect(await statusOf(at(-305_000))).toBe(401);
    expect(await statusOf(at(3_600_000))).toBe(200);
    const request = slack.signed(body);
    expect([(await slack.send(request)).status, (await slack.send(request)).status]).toEqual([200, 200]);
  });

  test('an event that is answered with anything but 200 comes again with its number, unless that is declined', async () => {
    const { slack } = await workspace({ mode: 'http' });
    await using _ = slack;
    const tries: unknown[] = [];
    const server = createServer((request, response) => {
      request.resume();
      tries.push([request.headers['x-slack-retry-num'], request.headers['x-slack-retry-reason']]);
      response.writeHead(tries.length === 1 ? 500 : 404, tries.length === 1 ? {} : { 'x-slack-no-retry': '1' }).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    slack.eventsUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/slack/events`;
    const sent = await slack.event(mention);
    await expect.poll(() => sent.done).toBe(true);
    expect(tries).toEqual([
      [undefined, undefined],
      ['1', 'http_error'],
    ]);
    slack.expectAmiss(/answered with 500/);
    slack.expectAmiss(/answered with 404/);
    slack.expectAmiss(/given up after 2 attempts/);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
});
