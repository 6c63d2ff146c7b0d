import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { sql } from 'kysely';
import pg from 'pg';
import type { BrowserContext, Page } from 'playwright-core';
import { raiseAlert } from '#src/alerts/raise.ts';
import { systemClock } from '#src/clock.ts';
import { makeLog } from '#src/log.ts';
import { type Opened, openGround } from '#src/main/open.ts';
import { openBrowser } from './browser.ts';
import { atMost, type Figure } from './figure.ts';
import { openStream } from './live-stream.ts';
import { median, quantile } from './numbers.ts';
import { openPlace, type Place } from './place.ts';
import { type ProductProcess, startProcess } from './product-process.ts';

const FACTS = 60;
const WARM_UP = 5;
const BETWEEN_MS = 150;
const MESSAGES = 200;
const LOADS = 9;

/**
 * The console as a person has it: the product as `npm start` makes it, facts written by another process, and a Chromium
 * that looks at the channel. Figures of the browser are left out where this host has none.
 */
export async function benchFace(): Promise<Figure[]> {
  await using place = await openPlace();
  const product = await startProcess(place, 'data');
  const opened = await beside(place);
  await firstRunsOver(opened);
  const browser = await openBrowser(place);
  const figures = await visibility(place, opened, product, browser);
  return [...figures, ...(await channelPage(opened, product, browser))];
}

/** A second process's view of the same data. */
async function beside(place: Place): Promise<Opened> {
  const config = { data: join(place.path, 'data'), databaseUrl: null };
  const opened = await openGround({ config, clock: systemClock, log: makeLog('error'), works: false });
  place.owns(() => opened.close());
  return opened;
}

async function firstRunsOver({ ground: { db } }: Opened): Promise<void> {
  for (let quiet = 0; quiet < 4; await sleep(500)) {
    const { rows } = await sql<{ busy: boolean }>`select exists (select 1 from runs where state <> 'ended')
      or exists (select 1 from outbox where delivered_at is null) or exists (select 1 from deliveries)
      or not exists (select 1 from runs) as busy`.execute(db);
    quiet = rows[0]?.busy ? 0 : quiet + 1;
  }
}

/** From the commit of a fact to its message, for a client of the stream and in the page. */
async function visibility(
  place: Place,
  opened: Opened,
  { url }: ProductProcess,
  browser: BrowserContext | null,
): Promise<Figure[]> {
  const stream = await openStream(place, url, 'cowork-ops');
  const page = browser ? await watchedPage(browser, url) : null;
  const [received, seen]: [number[], number[]] = [[], []];
  for (let n = 0; n < WARM_UP + FACTS; n += 1) {
    const words = `fact-number-${n}-end`;
    const arrived = stream.arrival(words);
    const shown = page ? shownAt(page, words) : null;
    const committed = await commitFact(opened, words);
    const at = await arrived;
    const visible = await shown;
    if (n >= WARM_UP) {
      received.push(at - committed);
      if (visible !== null) seen.push(visible - committed);
    }
    await sleep(BETWEEN_MS);
  }
  const bare = await bareNotify(place, opened, FACTS);
  await page?.close();
  const figure = (name: string, took: readonly number[]): Figure => {
    const value = quantile(took, 0.95);
    return {
      ...{ name, value, unit: 'ms' },
      baseline: { words: 'a NOTIFY of the same database, p95', value: quantile(bare, 0.95) },
      ratio: value / quantile(bare, 0.95),
      target: atMost(value, 150, 'ms'),
      note: `${took.length} facts (new alerts, and changes of them) committed by another process beside the product; median ${median(took).toFixed(1)} ms, of NOTIFY ${median(bare).toFixed(1)} ms.`,
    };
  };
  return [
    figure('fact committed to event at a client, p95', received),
    ...(page ? [figure('fact committed to message painted in Chromium, p95', seen)] : []),
  ];
}

/** Every other fact is new, the ones between change the alert before them. Answers the moment before the commit. */
async function commitFact({ ground }: Opened, words: string): Promise<number> {
  const n = Number(/\d+/.exec(words)?.[0]);
  return ground.db.transaction().execute(async (tx) => {
    await raiseAlert(tx, ground.clock.now(), {
      kind: 'FAIL',
      key: `bench-${n >> 1}`,
      severity: 'P2',
      workflow: null,
      error_class: 'SkillExit',
      error_message: words,
    });
    return Date.now();
  });
}

/** The channel, open, with a way to hear when words are painted. */
async function watchedPage(browser: BrowserContext, url: string): Promise<Page> {
  const page = await browser.newPage();
  await page.goto(`${url}/channels/cowork-ops`);
  await page.evaluate(`
    window.wanted = new Map();
    new MutationObserver(() => {
      const text = document.getElementById('log').textContent;
      for (const [words, seen] of window.wanted) if (text.includes(words)) {
        window.wanted.delete(words);
        requestAnimationFrame(() => seen(Date.now()));
      }
    }).observe(document.getElementById('log'), { childList: true, subtree: true, characterData: true });`);
  return page;
}

const shownAt = (page: Page, words: string): Promise<number> =>
  page.evaluate<number>(`new Promise((seen) => window.wanted.set(${JSON.stringify(words)}, seen))`);

/** Milliseconds from a commit to its NOTIFY at another connection: what no message can be quicker than. */
async function bareNotify(place: Place, { store, ground }: Opened, count: number): Promise<number[]> {
  const client = new pg.Client(store.pool.options);
  await client.connect();
  place.owns(() => client.end());
  await client.query('listen bench');
  const took: number[] = [];
  for (let n = 0; n < count; n += 1) {
    const heard = new Promise<number>((resolve) => client.once('notification', () => resolve(performance.now())));
    const committed = await ground.db.transaction().execute(async (tx) => {
      await sql`select pg_notify('bench', ${String(n)})`.execute(tx);
      return performance.now();
    });
    took.push((await heard) - committed);
  }
  return took;
}

/** The page of a full channel: its bytes as they travel, and when something of it is on the screen. */
async function channelPage(opened: Opened, { url }: ProductProcess, browser: BrowserContext | null): Promise<Figure[]> {
  await fillChannel(opened);
  const address = `${url}/channels/cowork-ops`;
  const { compressed, plain, articles } = await travelled(address);
  const paints = browser ? await firstPaints(browser, address) : [];
  const [empty, full] = [paints.map((each) => each.bare), paints.map((each) => each.page)];
  return [
    {
      name: `channel page of ${articles} messages, compressed`,
      ...{ value: compressed / 1000, unit: 'kB', baseline: { words: 'uncompressed', value: plain / 1000 } },
      ratio: compressed / plain,
      target: atMost(compressed / 1000, 100, 'kB'),
    },
    ...(browser
      ? [
          {
            name: `channel page of ${articles} messages, first paint`,
            ...{ value: median(full), unit: 'ms', baseline: { words: 'its icon alone', value: median(empty) } },
            ratio: median(full) / median(empty),
            target: atMost(median(full), 200, 'ms'),
            note: `Median of ${LOADS} loads of the page in Chromium, by its own paint entries, counted from the click; nothing cached but by the page itself. Slowest ${Math.max(...full).toFixed(0)} ms.`,
          },
        ]
      : []),
  ];
}

async function fillChannel(opened: Opened): Promise<void> {
  const { db } = opened.ground;
  for (let n = 0; n < MESSAGES; n += 1) await commitFact(opened, `fact-number-${1000 + 2 * n}-end`);
  const waits = async () =>
    (await db.selectFrom('outbox').select('id').where('delivered_at', 'is', null).execute()).length +
    (await db.selectFrom('deliveries').select('id').execute()).length;
  while ((await waits()) > 0) await sleep(100);
}

async function travelled(address: string) {
  const { request } = await import('node:http');
  const body = await new Promise<Buffer>((resolve, reject) => {
    const asked = request(address, { headers: { 'accept-encoding': 'gzip' } }, async (response) => {
      const pieces: Buffer[] = [];
      for await (const piece of response) pieces.push(piece as Buffer);
      resolve(Buffer.concat(pieces));
    });
    asked.on('error', reject).end();
  });
  const html = gunzipSync(body).toString();
  return { compressed: body.length, plain: Buffer.byteLength(html), articles: html.split('<article').length - 1 };
}

async function firstPaints(browser: BrowserContext, address: string): Promise<{ bare: number; page: number }[]> {
  const paint = async (url: string): Promise<number> => {
    const page = await browser.newPage();
    await page.goto(url);
    const at = await page.evaluate<number>(`new Promise((painted) => {
      const first = (list) => list.getEntries().find((entry) => entry.name === 'first-contentful-paint');
      new PerformanceObserver((list) => first(list) && painted(first(list).startTime)).observe({ type: 'paint', buffered: true });
    })`);
    await page.close();
    return at;
  };
  const found: { bare: number; page: number }[] = [];
  for (let load = 0; load <= LOADS; load += 1) {
    const one = { bare: await paint(new URL('/icon.svg', address).href), page: await paint(address) };
    if (load > 0) found.push(one);
  }
  return found;
}
