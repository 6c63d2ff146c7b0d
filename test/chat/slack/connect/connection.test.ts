import { describe, expect, test } from 'vitest';
import { lookAgain } from '#src/chat/slack/deliver/index.ts';
import { asking, gate, Stand } from './stand.ts';

const PATIENCE = { timeout: 20_000 };

describe('Socket Mode', () => {
  test('has two sockets, and hands on what comes with who we are', async () => {
    await using stand = await Stand.open();
    const seen: unknown[] = [];
    const process = await stand.inSlack({
      handle: [
        (app) =>
          app.command('/cowork', async ({ ack, context, command }) => {
            seen.push([context.botUserId, context.teamId, command.text]);
            await ack({ response_type: 'ephemeral', text: 'Here I am.' });
          }),
      ],
    });
    expect(stand.slack.sockets()).toBe(2);
    expect(process.opened.state()).toEqual({ mode: 'socket', team: 'Acme', sockets: 2, why: null });
    const answer = await stand.nina().command('status', 'C0OPS');
    expect(answer).toMatchObject({ acked: true, body: { text: 'Here I am.' } });
    expect(seen).toEqual([[stand.slack.botUser, stand.slack.team.id, 'status']]);
    expect(process.opened.slack.team()).toMatchObject({ id: stand.slack.team.id, bot: stand.slack.bot });
    expect(process.opened.slack.team().scopes).toContain('chat:write');
  });

  test('a refresh in the middle of a click loses nothing, and one socket is always open', async () => {
    await using stand = await Stand.open();
    const held = gate();
    const arrived = gate();
    await stand.inSlack({
      handle: [
        (app) =>
          app.command('/cowork', async ({ ack, command }) => {
            if (command.text === 'held') {
              arrived.open();
              await held.passed;
            }
            await ack({ text: command.text });
          }),
      ],
    });
    const click = stand.nina().command('held', 'C0OPS');
    await arrived.passed;
    let least = stand.slack.sockets();
    const looking = setInterval(() => {
      least = Math.min(least, stand.slack.sockets());
    }, 1);
    const refreshed = stand.slack.refresh();
    // A new one is open beside the two, before the old one has gone.
    await expect.poll(() => stand.slack.sockets(), PATIENCE).toBeGreaterThan(2);
    held.open();
    expect(await click).toMatchObject({ acked: true, body: { text: 'held' } });
    await refreshed;
    clearInterval(looking);
    expect(least).toBeGreaterThanOrEqual(1);
    await expect.poll(() => stand.slack.sockets(), PATIENCE).toBe(2);
    expect(await stand.nina().command('after', 'C0OPS')).toMatchObject({ acked: true, body: { text: 'after' } });
    expect(stand.slack.unacked()).toBe(0);
  });

  test('what Slack still sends on a socket that it renews is acknowledged, and the socket stays until then', async () => {
    await using stand = await Stand.open();
    await stand.inSlack(asking([]));
    const refreshed = stand.slack.refresh();
    await stand.slack.connected(3);
    // Slack spreads them over all that are open, so that some come on the one that is left.
    const said = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((word) => stand.nina().command(word, 'C0OPS')));
    expect(said.map(({ acked }) => acked)).toEqual([true, true, true, true, true, true]);
    await refreshed;
    expect(stand.slack.unacked()).toBe(0);
  });

  test('both sockets broken at once are both made again', async () => {
    await using stand = await Stand.open();
    const done: string[] = [];
    const { opened } = await stand.inSlack(asking(done));
    const before = stand.opened();
    stand.slack.cut();
    await expect.poll(() => stand.opened(), PATIENCE).toBe(before + 2);
    await expect.poll(() => opened.state().sockets, PATIENCE).toBe(2);
    expect(await stand.nina().command('again', 'C0OPS')).toMatchObject({ acked: true });
    await expect.poll(() => done).toHaveLength(1);
    expect(await stand.alerts()).toEqual([]);
  });

  test('one connection of two that cannot be made is in the log, once, and so is that it can', async () => {
    await using stand = await Stand.open();
    stand.slack.fault('apps.connections.open', { kind: 'rate', afterMs: 300_000, times: 1 });
    const { opened } = await stand.process({});
    opened.start();
    await expect.poll(() => opened.state().sockets, PATIENCE).toBe(1);
    stand.slack.fault('apps.connections.open', { kind: 'error', error: 'too_many_websockets', times: 2 });
    const said = (words: string) => stand.heard.lines.filter((line) => line.includes(words));
    const passing = (words: string) =>
      expect.poll(() => {
        stand.clock.put(60_000);
        return said(words).length;
      }, PATIENCE);
    await passing('Slack gives us 1 of 2 connections').toBe(1);
    await passing('Slack gives us 2 of 2 connections again').toBe(1);
    await expect.poll(() => opened.state().sockets, PATIENCE).toBe(2);
    expect(said('Slack gives us 1 of 2')).toMatchObject([expect.stringContaining('too_many_websockets')]);
    expect(await stand.alerts()).toEqual([]);
  });

  test('what came on a socket that broke is acknowledged on the other, and done', async () => {
    await using stand = await Stand.open();
    const held = gate();
    const arrived = gate();
    const done: string[] = [];
    const { handle, perform } = asking(done);
    const { opened } = await stand.inSlack({
      handle: [
        (app) =>
          app.use(async ({ next }) => {
            arrived.open();
            await held.passed;
            await next();
          }),
        ...(handle ?? []),
      ],
      perform: perform ?? {},
    });
    const click = stand.nina().command('approve', 'C0OPS');
    await arrived.passed;
    const before = stand.opened();
    stand.slack.cut();
    await expect.poll(() => stand.opened(), PATIENCE).toBe(before + 2);
    await expect.poll(() => opened.state().sockets, PATIENCE).toBe(2);
    held.open();
    expect(await click).toMatchObject({ acked: true });
    await expect.poll(() => done).toHaveLength(1);
  });

  test('an event counts once, though two processes hear it and Slack sends it again', async () => {
    await using stand = await Stand.open();
    const seen: string[] = [];
    const rooms = {
      handle: [
        (app: import('@slack/bolt').App) =>
          app.event('app_home_opened', async ({ event }) => {
            seen.push(event.user);
          }),
      ],
    };
    await stand.inSlack(rooms);
    await stand.inSlack(rooms);
    expect(stand.slack.sockets()).toBe(4);
    const event = stand.slack.events.body({ type: 'app_home_opened', user: 'U0NINA', tab: 'home', channel: 'D1' });
    for (let nth = 0; nth < 6; nth += 1) await stand.slack.event(event);
    expect(seen).toEqual(['U0NINA']);
  });

  test('a payload that is none, and one that nobody knows, end nothing', async () => {
    await using stand = await Stand.open();
    const done: string[] = [];
    await stand.inSlack(asking(done));
    const team_id = stand.slack.team.id;
    for (const body of [
      { type: 'event_callback', team_id },
      { type: 'event_callback', team_id, event_id: 'Ev1', event: null },
      { type: 'event_callback', team_id, event_id: 'Ev2', event: {} },
      {
        type: 'event_callback',
        team_id,
        event_id: 'Ev3',
        event: { type: 'of_tomorrow', channel: { no: 'id' }, item: 7 },
      },
      { type: 'event_callback', event: { type: 'app_home_opened', user: 7 } },
    ]) {
      await stand.slack.event(body);
    }
    expect(await stand.nina().command('still there', 'C0OPS')).toMatchObject({ acked: true });
    await expect.poll(() => done).toHaveLength(1);
  });

  test('a handler that fails ends nothing, and says so to whoever asked', async () => {
    await using stand = await Stand.open();
    let fails = true;
    let handled = 0;
    const { opened } = await stand.inSlack({
      handle: [
        (app) =>
          app.command('/cowork', async () => {
            throw new Error('a reason');
          }),
        (app) =>
          app.event('app_home_opened', async () => {
            if (fails) throw new Error('another reason');
            handled += 1;
          }),
      ],
    });
    const answer = await stand.nina().command('status', 'C0OPS');
    expect(answer).toMatchObject({ acked: true, body: { text: expect.stringContaining('went wrong on our side') } });
    // An event that nobody has handled is not acknowledged, so that Slack sends it again.
    const event = stand.slack.events.body({ type: 'app_home_opened', user: 'U0NINA', tab: 'home', channel: 'D1' });
    const sent = stand.slack.event(event);
    await expect.poll(() => stand.heard.lines.filter((line) => line.includes('failed while')).length).toBe(2);
    fails = false;
    // Past Slack's patience (a minute here) once: the second delivery follows at once, and has a minute of its own.
    stand.clock.put(61_000);
    await expect.poll(() => handled, PATIENCE).toBe(1);
    stand.slack.expectAmiss(/events_api: no acknowledgement/);
    await sent;
    expect(handled).toBe(1);
    expect(opened.state().sockets).toBe(2);
  });
});

describe('a Slack that does not let us in', () => {
  test('is waited for: it may be away at the start', async () => {
    await using stand = await Stand.open();
    stand.slack.away(true);
    const done: string[] = [];
    const { opened } = await stand.process(asking(done));
    opened.start();
    expect(opened.state()).toMatchObject({ team: null, sockets: 0 });
    expect(() => opened.slack.team()).toThrow(/Slack has not let us in yet/);
    await expect
      .poll(async () => {
        stand.clock.put(60_000);
        return stand.alerts();
      }, PATIENCE)
      .toMatchObject([{ key: 'UNREACHABLE:slack', state: 'open' }]);
    stand.slack.away(false);
    await expect
      .poll(() => {
        stand.clock.put(60_000);
        return opened.state().sockets;
      }, PATIENCE)
      .toBe(2);
    await expect.poll(() => stand.alerts()).toMatchObject([{ state: 'recovered' }]);
    expect(await stand.nina().command('hello', 'C0OPS')).toMatchObject({ acked: true });
  });

  test.each(['invalid_auth', 'account_inactive', 'token_revoked'] as const)(
    'a bot token that is refused (%s) is told at once, and ends nothing',
    async (why) => {
      await using stand = await Stand.open();
      stand.slack.workspace.tokenFault = why;
      const { opened } = await stand.process({});
      opened.start();
      await expect.poll(() => stand.alerts(), PATIENCE).toMatchObject([{ state: 'open' }]);
      expect(opened.state().why).toBe(why);
      expect((await stand.alerts())[0]?.error_message).toContain(why);
      stand.slack.restore();
      await expect
        .poll(() => {
          stand.clock.put(60_000);
          return opened.state().sockets;
        }, PATIENCE)
        .toBe(2);
      await expect.poll(() => stand.alerts()).toMatchObject([{ state: 'recovered' }]);
    },
  );

  test('an app-level token that is refused while we run is told, and healed without a restart', async () => {
    await using stand = await Stand.open();
    const { opened } = await stand.inSlack({});
    stand.slack.fault('apps.connections.open', { kind: 'error', error: 'invalid_auth', times: 1000 });
    stand.slack.cut();
    await expect.poll(() => stand.alerts(), PATIENCE).toMatchObject([{ key: 'UNREACHABLE:slack', state: 'open' }]);
    expect(opened.state()).toMatchObject({ sockets: 0, why: 'invalid_auth' });
    stand.slack.clearFaults();
    await expect
      .poll(() => {
        stand.clock.put(60_000);
        return opened.state().sockets;
      }, PATIENCE)
      .toBe(2);
    await expect.poll(() => stand.alerts()).toMatchObject([{ state: 'recovered' }]);
  });

  test('it is left alone for as long as it says', async () => {
    await using stand = await Stand.open();
    stand.slack.fault('apps.connections.open', { kind: 'rate', afterMs: 300_000, times: 2 });
    const { opened } = await stand.process({});
    opened.start();
    const refusals = () => stand.heard.lines.filter((line) => line.includes('Failed to retrieve')).length;
    await expect.poll(refusals, PATIENCE).toBe(2);
    await expect.poll(() => opened.state().why, PATIENCE).not.toBe(null);
    for (let minute = 0; minute < 4; minute += 1) {
      stand.clock.put(60_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(stand.opened()).toBe(2);
    await expect
      .poll(() => {
        stand.clock.put(60_000);
        return opened.state().sockets;
      }, PATIENCE)
      .toBe(2);
  });

  test('a stop does not wait for it', async () => {
    await using stand = await Stand.open();
    stand.slack.fault('auth.test', { kind: 'hang', times: 1000 });
    const process = await stand.process({});
    process.opened.start();
    await stand.end(process);
    expect(process.opened.state().team).toBe(null);
  });

  test('no token is in the log of all this', async () => {
    await using stand = await Stand.open();
    stand.slack.fault('apps.connections.open', { kind: 'error', error: 'invalid_auth', times: 2 });
    const { opened } = await stand.process({});
    opened.start();
    await expect
      .poll(() => {
        stand.clock.put(60_000);
        return opened.state().sockets;
      }, PATIENCE)
      .toBe(2);
    const log = stand.heard.lines.join('');
    const { bot, app } = stand.slack.workspace.tokens;
    expect(log).toContain('Slack does not let us in');
    expect(log).not.toContain(bot);
    expect(log).not.toContain(app);
    expect(log).not.toMatch(/ticket=/);
  });
});

describe('a stop', () => {
  test('takes nothing new and lets what was acknowledged come to its end', async () => {
    await using stand = await Stand.open();
    const held = gate();
    const done: string[] = [];
    const process = await stand.inSlack(asking(done, () => held.passed));
    expect(await stand.nina().command('approve', 'C0OPS')).toMatchObject({ acked: true });
    let ended = false;
    const stopped = stand.end(process).then(() => {
      ended = true;
    });
    await expect.poll(() => stand.slack.sockets(), PATIENCE).toBe(0);
    expect([ended, done]).toEqual([false, []]);
    held.open();
    await stopped;
    expect(done).toHaveLength(1);
    expect(await stand.asks()).toMatchObject([{ state: 'done', payload: {} }]);
  });

  test('acknowledges what came before it', async () => {
    await using stand = await Stand.open();
    const held = gate();
    const arrived = gate();
    const process = await stand.inSlack({
      handle: [
        (app) =>
          app.command('/cowork', async ({ ack }) => {
            arrived.open();
            await held.passed;
            await ack({ text: 'noted' });
          }),
      ],
    });
    const click = stand.nina().command('approve', 'C0OPS');
    await arrived.passed;
    const stopped = stand.end(process);
    held.open();
    expect(await click).toMatchObject({ acked: true, body: { text: 'noted' } });
    await stopped;
    await expect.poll(() => stand.slack.sockets(), PATIENCE).toBe(0);
  });

  test('whose time is up leaves the rest to the next process, which does it once', async () => {
    await using stand = await Stand.open();
    const never = gate();
    const done: string[] = [];
    const first = await stand.inSlack(asking(done, () => never.passed));
    await stand.nina().command('approve', 'C0OPS');
    await stand.end(first, 0);
    expect(await stand.asks()).toMatchObject([{ state: 'taken', tries: 1 }]);
    const [second, third] = await Promise.all([stand.inSlack(asking(done)), stand.inSlack(asking(done))]);
    await expect
      .poll(() => {
        stand.clock.put(3000);
        return stand.asks();
      }, PATIENCE)
      .toMatchObject([{ state: 'done', tries: 2 }]);
    expect(done).toHaveLength(1);
    expect([second, third].map(({ row }) => `approve by ${row.id}`)).toContain(done[0]);
  });

  test('does not wait for looks that Slack does not answer, and begins nothing more of them', async () => {
    await using stand = await Stand.open();
    for (const place of ['slack:C0A', 'slack:C0B'])
      await stand.db.insertInto('places').values({ place, first_seen_at: new Date(), state: 'away' }).execute();
    stand.slack.fault('conversations.info', { kind: 'hang', times: 1000 });
    const asked = () => stand.slack.calls.filter(({ method }) => method === 'conversations.info').length;
    const hangs = { name: 'hangs', ms: 1000, run: () => gate().passed };
    const every = [{ name: 'channels that were away', ms: 1000, run: lookAgain }, hangs];
    const [one, other] = [await stand.inSlack({ every: every.slice(0, 1) }), await stand.inSlack({ every })];
    await expect.poll(asked, PATIENCE).toBe(2);
    // The clock stands for nobody's grace here: the look itself lets go of the answer.
    await stand.end(one, 3_600_000);
    const ended = stand.end(other, 60_000).then(() => true);
    await expect.poll(() => stand.slack.sockets(), PATIENCE).toBe(0);
    stand.clock.put(60_000);
    expect(await ended).toBe(true);
    expect(asked()).toBe(2);
    expect(stand.heard.lines.join('')).toContain('Slack does not answer, and is not waited for any longer.');
  });

  test('what fails again and again is given up, and named', async () => {
    await using stand = await Stand.open();
    let tries = 0;
    const process = await stand.inSlack(
      asking([], async () => {
        tries += 1;
        throw new Error('no luck');
      }),
    );
    await stand.nina().command('approve', 'C0OPS');
    await expect
      .poll(async () => {
        stand.clock.put(61_000);
        await stand.db.updateTable('processes').set({ seen_at: stand.clock.now() }).execute();
        return stand.asks();
      }, PATIENCE)
      .toMatchObject([{ state: 'done', tries: 3, outcome: 'given up after 3 tries', payload: {} }]);
    expect(tries).toBe(3);
    expect(stand.heard.lines.join('')).toContain('it was given up');
    expect(process.opened.state().sockets).toBe(2);
  });
});
