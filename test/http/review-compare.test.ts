import { once } from 'node:events';
import { request } from 'node:http';
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest';
import { startWeb, type Web } from '#src/http/server.ts';
import { endComparing } from '#src/reports/diff-apart.ts';
import { comparers, gone, goneAfterEnd } from '#test/reports/comparers.ts';
import { edit, type Files } from '#test/reviews/stage.ts';
import { Console, optionsOver, PRIVATE, seen, type Visitor } from './console.ts';

vi.mock('node:child_process', async (original) =>
  (await import('#test/reports/comparers.ts')).watched(await original()),
);

let here: Console;
let ana: Visitor;
beforeAll(async () => {
  here = await Console.open();
  ana = await here.as('ana');
});
afterEach(async () => {
  comparers.hang = false;
  vi.restoreAllMocks();
  await endComparing();
});
afterAll(() => here[Symbol.asyncDispose]());

const files = (names: readonly string[], word: string): Files =>
  Object.fromEntries(names.map((name) => [name, `${name} ${word}\n`]));

/** An item whose files of these names all differ from those delivered before. */
async function changed(names: readonly string[], words: [string, string]) {
  const before = await here.stage.item(files(names, words[0]));
  await here.stage.say(before.id, 'ana');
  await here.stage.work();
  here.stage.ground.clock.advance(60_000);
  const queued_at = here.stage.ground.clock.now();
  const { id, run } = await here.stage.item(files(names, words[1]), { queued_at });
  return { run, page: `/reviews/R-${id}`, id };
}

/** The time that may be spent on an answer, in the test's hand. */
function limitInHand(): { limit: AbortController; asked: () => unknown } {
  const limit = new AbortController();
  const timeout = vi.spyOn(AbortSignal, 'timeout').mockReturnValue(limit.signal);
  return { limit, asked: () => timeout.mock.calls.map(([ms]) => ms) };
}

const LATE = 'There was no time left here to compare this file.';
const linkTo = (page: string, name: string) => `href="${page}?first=${encodeURIComponent(name)}#changes"`;

describe('the page of a review', () => {
  test('names what it had no time to compare, with a page for each, and ends what was under way', async () => {
    const names = ['a.md', 'b c&.md', 'd.md'];
    const { page } = await changed(names, ['time 1', 'time 2']);
    comparers.hang = true;
    const { limit, asked } = limitInHand();
    const forked = comparers.next();
    const made = ana.text(`${page}?changes=all`);
    const child = await forked;
    limit.abort();
    const html = await made;
    expect(asked()).toEqual([5000]);
    expect(html.split(LATE)).toHaveLength(names.length + 1);
    for (const name of names) expect(html).toContain(linkTo(page, name));
    expect(html).not.toContain('class="diff"');
    expect(await goneAfterEnd(child)).toBe(true);
  });

  test('compares ten files at most, first the one that is asked for', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `f${index + 10}.md`);
    const { page } = await changed(names, ['ten 1', 'ten 2']);
    const all = await ana.text(`${page}?changes=all`);
    expect(seen(all)).toContain('Only 10 changed files are compared at a time. Compare this file first f21.md');
    expect(all).toContain(linkTo(page, 'f21.md'));
    expect(seen(all)).not.toContain('added: f21.md ten 2');
    const one = await ana.text(`${page}?first=f21.md`);
    expect(seen(one)).toContain('added: f21.md ten 2');
    expect(one).not.toContain(linkTo(page, 'f21.md'));
    expect(one).toContain(linkTo(page, 'f20.md'));
  });

  test('does not work out again what it knows, and does not tell it of other bytes', async () => {
    const { page, run } = await changed(['known.md'], ['known 1', 'known 2']);
    await ana.text(`${page}?changes=all`);
    await endComparing();
    const before = comparers.started.length;
    expect(seen(await ana.text(`${page}?changes=all`))).toContain('added: known.md known 2');
    expect(comparers.started).toHaveLength(before);
    await edit(`${here.stage.outputs(run)}/known.md`, 'other\n');
    expect(seen(await ana.text(`${page}?changes=all`))).toContain(
      'Of this file the bytes on disk are not those in the record.',
    );
  });
});

describe('Look', () => {
  test('names what it had no time to compare within two seconds, with a page for each', async () => {
    const { page, id } = await changed(['a.md', 'b.md'], ['look 1', 'look 2']);
    comparers.hang = true;
    const { limit, asked } = limitInHand();
    const forked = comparers.next();
    const made = ana.post('/commands', { words: `review R-${id}`, channel: '' });
    const child = await forked;
    limit.abort();
    const html = await (await made).text();
    expect(asked()).toEqual([2000]);
    expect(seen(html)).toContain(`a.md changed (${LATE.slice(0, -1)}); b.md changed (${LATE.slice(0, -1)})`);
    expect(seen(html)).toContain('Still to compare, on the page: a.md, b.md');
    for (const name of ['a.md', 'b.md']) expect(html).toContain(linkTo(page, name));
    expect(await goneAfterEnd(child)).toBe(true);
  });
});

describe('on a real socket', () => {
  const start = (): Promise<Web> =>
    startWeb(here.stage.ground, {
      exposure: { ...PRIVATE, port: 0 },
      readiness: () => ({}),
      ...optionsOver(here.stage),
    });
  const ask = (web: Web, path: string) =>
    request({
      port: web.port,
      path,
      headers: { cookie: ana.cookie?.replace('_3210=', `_${web.port}=`) },
      agent: false,
    });

  test('comparing ends with its process when who asked goes away', async () => {
    const { page } = await changed(['gone.md', 'next.md'], ['gone 1', 'gone 2']);
    const web = await start();
    comparers.hang = true;
    const forked = comparers.next();
    const asked = ask(web, `${page}?changes=all`);
    asked.on('error', () => {});
    asked.end();
    const child = await forked;
    const before = comparers.started.length;
    asked.destroy();
    expect(await goneAfterEnd(child)).toBe(true);
    await web.stop();
    expect(comparers.started).toHaveLength(before);
  });

  test('stopping cuts comparing short, lets the page be written, and leaves no process', async () => {
    const { page } = await changed(['stop.md', 'next.md'], ['stop 1', 'stop 2']);
    const web = await start();
    comparers.hang = true;
    const forked = comparers.next();
    const asked = ask(web, `${page}?changes=all`);
    asked.end();
    const child = await forked;
    const before = comparers.started.length;
    const answer = (async () => {
      const [response] = await once(asked, 'response');
      let text = '';
      for await (const part of response.setEncoding('utf8')) text += part;
      return text;
    })();
    await web.stop();
    expect(gone(child)).toBe(true);
    expect(await answer).toContain(LATE);
    expect(comparers.started).toHaveLength(before);
  });

  test('stopping ends the process that rests after a comparison, too', async () => {
    const { page } = await changed(['rest.md'], ['rest 1', 'rest 2']);
    const web = await start();
    expect(seen(await ana.text(`${page}?changes=all`))).toContain('added: rest.md rest 2');
    const child = comparers.started.at(-1);
    expect(child && gone(child)).toBe(false);
    await web.stop();
    expect(child && gone(child)).toBe(true);
  });
});
