import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { startWeb } from '#src/http/server.ts';
import { plainView } from '#src/message/view.ts';
import { teamOf, workflowOf } from '#test/reviews/stage.ts';
import { Console, optionsOver, PRIVATE, seen, type Visitor } from './console.ts';

let here: Console;
let ana: Visitor;
beforeEach(async () => {
  here = await Console.open();
  ana = await here.as('ana');
});
afterEach(() => here[Symbol.asyncDispose]());

const BEAT_MS = 15_000;
const four = [0, 1, 2, 3];
const says = (text: string) => plainView('info', [text]);

interface Heard {
  event: string;
  data: string;
  id: string | undefined;
}
interface Told {
  change: number;
  messages: { id: number; change: number; html: string }[];
}

/** A page that listens, as a browser's EventSource does. */
class Page {
  readonly response: Response;
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #rest = '';

  constructor(response: Response) {
    this.response = response;
    if (!response.body) throw new Error('no stream');
    this.#reader = response.body.getReader();
  }

  static async open(visitor: Visitor, channel: string, since: number, headers: Record<string, string> = {}) {
    const response = await visitor.visit(`/channels/${channel}/live?since=${since}`, { headers });
    if (response.status !== 200) throw new Error(`${response.status} ${await response.text()}`);
    return new Page(response);
  }

  /** The next event or comment; null at the end. */
  async next(): Promise<Heard | null> {
    for (;;) {
      const end = this.#rest.indexOf('\n\n');
      if (end >= 0) {
        const lines = this.#rest.slice(0, end).split('\n');
        this.#rest = this.#rest.slice(end + 2);
        const field = (name: string) => lines.find((line) => line.startsWith(`${name}: `))?.slice(name.length + 2);
        const comment = lines.find((line) => line.startsWith(': '));
        return { event: field('event') ?? comment ?? '', data: field('data') ?? '', id: field('id') };
      }
      const { done, value } = await this.#reader.read();
      if (done) return null;
      this.#rest += new TextDecoder().decode(value);
    }
  }

  /** The next event of this kind, whatever comes before it. */
  async until(event: string): Promise<Heard> {
    for (;;) {
      const heard = await this.next();
      if (!heard) throw new Error(`it ended without ${event}`);
      if (heard.event === event) return heard;
    }
  }

  async messages(): Promise<Told & { last: string | undefined }> {
    const { data, id } = await this.until('messages');
    return { ...(JSON.parse(data) as Told), last: id };
  }

  close = () => this.#reader.cancel();
}

describe('a page that follows a channel', () => {
  test('is told of a new message, of its change and of a line below it, drawn for its reader', async () => {
    const page = await Page.open(ana, 'cowork-ops', 0);
    expect(page.response.headers.get('content-type')).toBe('text/event-stream');
    expect(page.response.headers.get('cache-control')).toBe('no-store, no-transform');
    const id = await here.post('cowork-ops', says('It fails'));
    const first = await page.messages();
    expect(first).toMatchObject({ change: 1, last: '1', messages: [{ id: Number(id), change: 1 }] });
    expect(first.messages[0]?.html).toMatch(/^<article class="message tone-info" id="m-1" data-id="1" data-change="1"/);
    await here.edit('cowork-ops', id, plainView('ok', ['It is well']));
    const second = await page.messages();
    expect(second).toMatchObject({ change: 2, messages: [{ id: Number(id), change: 2 }] });
    expect(seen(second.messages[0]?.html ?? '')).toContain('(edited) It is well');
    await here.post('cowork-ops', says('As before'), id);
    const third = await page.messages();
    expect(third).toMatchObject({ change: 3, messages: [{ id: Number(id), change: 3 }] });
    expect(seen(third.messages[0]?.html ?? '')).toContain('As before');
    await page.close();
  });

  test('carries buttons that work for its reader', async () => {
    const page = await Page.open(ana, 'cowork-ops', 0);
    const command = { intent: 'command', subject: 'status', label: 'Status', style: 'plain' } as const;
    const view = says('Hello');
    await here.post('cowork-ops', { ...view, parts: [...view.parts, { part: 'actions', actions: [command] }] });
    const { messages } = await page.messages();
    const csrf = /name="csrf" value="([^"]+)"/.exec(messages[0]?.html ?? '')?.[1] ?? '';
    const answer = await ana.post('/acts', { csrf, channel: 'cowork-ops', code: 'v1|command|status|' });
    expect(answer.status).toBe(200);
    await page.close();
  });

  test('is told at once what happened since it was drawn, and after a drop what happened since it last heard', async () => {
    for (let index = 1; index <= 3; index += 1) await here.post('cowork-ops', says(`Said ${index}`));
    const page = await Page.open(ana, 'cowork-ops', 1);
    const missed = await page.messages();
    expect(missed.messages.map(({ id }) => id)).toEqual([2, 3]);
    await page.close();
    await here.edit('cowork-ops', '1', says('Said otherwise'));
    await here.post('cowork-ops', says('Said 4'));
    // Browsers come back with the address they had, and with the last id they heard.
    const again = await Page.open(ana, 'cowork-ops', 1, { 'last-event-id': missed.last ?? '' });
    const told = await again.messages();
    expect(told.messages.map(({ id }) => id)).toEqual([1, 4]);
    expect(told.change).toBe(5);
    await again.close();
  });

  test('loses and repeats nothing, however many are told while it takes its time', async () => {
    const page = await Page.open(ana, 'cowork-ops', 0);
    const all = Array.from({ length: 350 }, (_, index) => index);
    await Promise.all(
      [0, 1, 2].map(async (part) => {
        for (const index of all.filter((each) => each % 3 === part))
          await here.post('cowork-ops', says(`Said ${index}`));
      }),
    );
    const heard: number[] = [];
    while (heard.length < all.length) heard.push(...(await page.messages()).messages.map(({ id }) => id));
    expect(new Set(heard).size).toBe(all.length);
    expect(heard).toHaveLength(all.length);
    await page.close();
  });

  test('is told that it is too far behind to be told all of it, and no more', async () => {
    await here.stage.db
      .insertInto('console_messages')
      .values(
        Array.from({ length: 401 }, (_, index) => ({
          ...{ channel: 'cowork-ops', token: `t${index}`, view: JSON.stringify(says(`Said ${index}`)) },
          posted_at: new Date(),
        })),
      )
      .execute();
    const behind = await Page.open(ana, 'cowork-ops', 0);
    await behind.next();
    expect(await behind.next()).toEqual({ event: 'behind', data: '{}', id: undefined });
    expect(await behind.next()).toBeNull();
    expect(here.live.size).toBe(0);
    const near = await Page.open(ana, 'cowork-ops', 1);
    const heard = [...(await near.messages()).messages, ...(await near.messages()).messages];
    expect(heard.map(({ id }) => id)).toEqual(Array.from({ length: 400 }, (_, index) => index + 2));
    await near.close();
  });

  test('shares what is read with others that look at the same, a few reads at once', async () => {
    await here.post('cowork-ops', says('Before'));
    const { db } = here.stage;
    let [now, most] = [0, 0];
    const watched = db.withPlugin({
      transformQuery: ({ node }) => {
        now += 1;
        most = Math.max(most, now);
        return node;
      },
      transformResult: async ({ result }) => {
        now -= 1;
        return result;
      },
    });
    Object.assign(here.stage.ground, { db: watched });
    const visitors = await Promise.all(Array.from({ length: 8 }, () => here.as('jon')));
    [now, most] = [0, 0];
    const pages = await Promise.all(visitors.flatMap((visitor) => four.map(() => Page.open(visitor, 'cowork-ops', 0))));
    [now, most] = [0, 0];
    const told = await Promise.all(pages.map((page) => page.messages()));
    expect(told.every(({ messages }) => messages.length === 1)).toBe(true);
    expect(most).toBeLessThanOrEqual(8);
    await Promise.all(pages.map((page) => page.close()));
  });

  test('is told which other channels have news, never of another person’s own', async () => {
    await here.post('reviews', says('Before'));
    const page = await Page.open(ana, 'cowork-ops', 0);
    expect(JSON.parse((await page.until('channels')).data)).toEqual([
      { channel: 'reviews', change: 1 },
      { channel: '@ana', change: 0 },
    ]);
    await here.post('@maya', says('For Maya only'));
    await here.post('reviews', says('After'));
    const news = await page.until('channels');
    expect(JSON.parse(news.data)).toEqual([{ channel: 'reviews', change: 3 }]);
    expect(news.id).toBeUndefined();
    await here.post('@ana', says('For Ana only'));
    expect(JSON.parse((await page.until('channels')).data)).toEqual([{ channel: '@ana', change: 4 }]);
    await page.close();
  });

  test('hears a beat when nothing happens, and finds by it what no signal told', async () => {
    const page = await Page.open(ana, 'cowork-ops', 0);
    await page.until('channels');
    const beat = page.next();
    await here.stage.ground.clock.advance(BEAT_MS);
    expect(await beat).toMatchObject({ event: ': beat' });
    await here.stage.db
      .insertInto('console_messages')
      .values({ channel: 'cowork-ops', token: 't', view: JSON.stringify(says('Quietly')), posted_at: new Date() })
      .execute();
    const told = page.messages();
    await here.stage.ground.clock.advance(BEAT_MS);
    expect((await told).messages).toHaveLength(1);
    await page.close();
  });
});

describe('it ends', () => {
  test('with a word when the person leaves cowork.yaml, and says nothing more', async () => {
    const page = await Page.open(ana, 'cowork-ops', 0);
    await page.until('channels');
    const { ana: _gone, ...people } = teamOf().people;
    await here.stage.activate(teamOf({ people, groups: { leads: ['maya', 'jon'] } }), workflowOf());
    await here.post('cowork-ops', says('Not for Ana any more'));
    expect(await page.next()).toEqual({ event: 'bye', data: '{}', id: undefined });
    expect(await page.next()).toBeNull();
    expect(here.live.size).toBe(0);
  });

  test('with a word at the next beat after signing out, in any tab', async () => {
    const page = await Page.open(ana, 'cowork-ops', 0);
    await page.until('channels');
    const other = await here.as('ana');
    other.cookie = ana.cookie;
    other.csrf = ana.csrf;
    expect((await other.post('/sign-out')).status).toBe(303);
    const bye = page.next();
    await here.stage.ground.clock.advance(BEAT_MS);
    expect((await bye)?.event).toBe('bye');
  });

  test('with a word when the session is over: an open page alone does not keep it alive', async () => {
    const hour = 3_600_000;
    const page = await Page.open(ana, 'cowork-ops', 0);
    await page.until('channels');
    const bye = page.until('bye');
    await here.stage.ground.clock.advance(11 * hour);
    expect(here.live.size).toBe(1);
    await here.stage.ground.clock.advance(hour + BEAT_MS);
    await bye;
    expect(here.live.size).toBe(0);
  });

  test('when the browser goes, and nobody listens or waits for it any more', async () => {
    const { clock } = here.stage.ground;
    const waiting = clock.waiting;
    const pages = [await Page.open(ana, 'cowork-ops', 0), await Page.open(ana, 'reviews', 0)];
    await Promise.all(pages.map((page) => page.until('channels')));
    expect([here.live.size, clock.waiting]).toEqual([2, waiting + 1]);
    for (const page of pages) await page.close();
    expect([here.live.size, clock.waiting]).toEqual([0, waiting]);
  });

  test('when the page does not take what it is sent', async () => {
    const page = await Page.open(ana, 'cowork-ops', 0);
    await page.next();
    // Read up to here and no further: what comes next is offered once and waits.
    const slow = await ana.visit('/channels/cowork-ops/live?since=0');
    const reader = slow.body?.getReader();
    await reader?.read();
    await reader?.read();
    const size = here.live.size;
    for (let index = 0; index < 3; index += 1) {
      await here.post('cowork-ops', says(`Said ${index}`));
      await here.stage.ground.clock.advance(BEAT_MS);
    }
    expect(size).toBe(2);
    expect(here.live.size).toBe(0);
    await expect(reader?.read()).rejects.toThrow('not taken');
  });

  test('when nobody ever reads it, and at once for whoever only asks for its head', async () => {
    const head = await ana.visit('/channels/cowork-ops/live?since=0', { method: 'HEAD' });
    expect([head.status, head.headers.get('content-type'), here.live.size]).toEqual([200, 'text/event-stream', 0]);
    await ana.visit('/channels/cowork-ops/live?since=0');
    expect(here.live.size).toBe(1);
    await here.stage.ground.clock.advance(3 * BEAT_MS);
    expect(here.live.size).toBe(0);
  });

  test('for one too many of the same browser, which is told why', async () => {
    const pages = await Promise.all(Array.from({ length: 5 }, () => Page.open(ana, 'cowork-ops', 0)));
    const more = await ana.visit('/channels/cowork-ops/live?since=0', { headers: { accept: 'application/json' } });
    expect([more.status, await more.json()]).toEqual([
      503,
      { error: expect.stringContaining('5 pages of this browser') },
    ]);
    const jon = await Page.open(await here.as('jon'), 'cowork-ops', 0);
    await pages[0]?.close();
    const again = await Page.open(ana, 'cowork-ops', 0);
    for (const page of [...pages.slice(1), jon, again]) await page.close();
    expect(here.live.size).toBe(0);
  });

  test('when asked for without the change that was seen', async () => {
    for (const query of ['', '?since=', '?since=x', '?since=-1', '?since=1e9']) {
      expect([query, (await ana.visit(`/channels/cowork-ops/live${query}`)).status]).toEqual([query, 400]);
    }
  });
});

test('on a real socket it is sent as it happens, uncompressed, and the server’s end does not wait for it', async () => {
  const web = await startWeb(here.stage.ground, {
    exposure: { ...PRIVATE, port: 0 },
    readiness: () => ({}),
    ...optionsOver(here.stage, here.signals),
  });
  const response = await fetch(new URL('/channels/cowork-ops/live?since=0', web.url), {
    headers: { 'accept-encoding': 'gzip' },
  });
  expect(response.headers.get('content-encoding')).toBeNull();
  const page = new Page(response);
  await page.until('channels');
  await here.post('cowork-ops', says('Over the wire'));
  expect((await page.messages()).messages).toHaveLength(1);
  await web.stop();
  expect(await page.next()).toBeNull();
});
