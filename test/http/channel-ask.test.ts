import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { raise } from '#test/chat/stage.ts';
import { checkHtml } from '#test/golden/views/check-html.ts';
import { teamOf, workflowOf } from '#test/reviews/stage.ts';
import { Console, seen, type Visitor } from './console.ts';
import { buttonOf, buttonsOf, say } from './press.ts';

let here: Console;
let ana: Visitor;
beforeEach(async () => {
  here = await Console.open();
  ana = await here.as('ana');
});
afterEach(() => here[Symbol.asyncDispose]());

const SCRIPT = { headers: { accept: 'application/json' } };
const answersOf = (page: string): string =>
  seen(page.match(/<div class="answers"[\s\S]*?<form class="command"/)?.[0] ?? '');
const alert = (id: number) =>
  here.stage.db.selectFrom('alerts').selectAll().where('id', '=', id).executeTakeFirstOrThrow();
const runs = () => here.stage.db.selectFrom('runs').select('id').execute();

/** A review's message in its channel, and the page with it. */
async function reviewed(visitor = ana) {
  const item = await here.stage.item();
  await say(here, 'reviews', { kind: 'review', review_id: item.id });
  return { ...item, page: await visitor.text('/channels/reviews') };
}
async function alerted(visitor = ana) {
  const id = await raise(here.stage);
  await say(here, 'cowork-ops', { kind: 'alert', alert_id: id });
  return { id, page: await visitor.text('/') };
}

describe('a button, without a script', () => {
  test('approves what the person saw, and the answer is a whole page in the channel', async () => {
    const { id, page } = await reviewed();
    const answer = await ana.post('/acts', buttonOf(page, 'approve'));
    const said = await answer.text();
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/html; charset=UTF-8');
    expect(said).toContain('<h1 id="channel-name">#reviews</h1>');
    expect(answersOf(said)).toMatch(/Only you see this · approve R-\d+.*R-\d+/);
    expect((await here.stage.review(id)).state).toBe('approved');
  });

  test('sent twice decides once, and says who decided', async () => {
    const { id, page } = await reviewed();
    const form = buttonOf(page, 'approve');
    await ana.post('/acts', form);
    const again = await ana.post('/acts', form);
    expect(again.status).toBe(200);
    expect(answersOf(await again.text())).toMatch(/approved|decided/i);
    expect((await here.stage.acts()).filter((act) => act === 'review.approved')).toHaveLength(1);
    expect((await here.stage.review(id)).state).toBe('approved');
  });

  test('rejects with a reason, and not without one', async () => {
    const { id, page } = await reviewed();
    const form = buttonOf(page, 'reject');
    const bare = await ana.post('/acts', { ...form, 'field-reason': '  ' });
    expect(answersOf(await bare.text())).toContain('Nothing was done.');
    expect((await here.stage.review(id)).state).toBe('open');
    const said = await ana.post('/acts', { ...form, 'field-reason': 'The figures are old.' });
    expect(answersOf(await said.text())).toContain('is rejected: The figures are old.The reason is kept');
    expect((await here.stage.review(id)).state).toBe('rejected');
    const decided = await here.stage.db.selectFrom('decisions').select(['person', 'reason']).execute();
    expect(decided).toEqual([{ person: 'ana', reason: 'The figures are old.' }]);
  });

  test('acknowledges an alert; what is not in its form is refused', async () => {
    const { id, page } = await alerted();
    const form = buttonOf(page, 'acknowledge');
    const strange = await ana.post('/acts', { ...form, 'field-x': '1' });
    expect(answersOf(await strange.text())).toContain('This form has no field "x".');
    expect((await alert(id)).state).toBe('open');
    expect(answersOf(await (await ana.post('/acts', form)).text())).toContain('A-1');
    expect((await alert(id)).state).toBe('acknowledged');
  });

  test('of an old revision is answered calmly, and nothing is decided', async () => {
    const { id, page } = await reviewed();
    await here.stage.db.updateTable('reviews').set({ revision: 2 }).where('id', '=', id).execute();
    const answer = await ana.post('/acts', buttonOf(page, 'approve'));
    expect(answer.status).toBe(200);
    expect(answersOf(await answer.text())).toMatch(/changed|new/i);
    expect((await here.stage.review(id)).state).toBe('open');
  });

  test('of a page of its own is answered on a small page', async () => {
    const { page } = await alerted();
    const answer = await ana.post('/acts', { ...buttonOf(page, 'acknowledge'), channel: '' });
    const said = await answer.text();
    expect(answer.status).toBe(200);
    expect(said).toContain('<article class="answer');
    expect(said).toContain('<a href="/channels/cowork-ops">The channels</a>');
    expect(said).not.toContain('class="desk-grid"');
  });

  test('that nobody made is refused on a whole page', async () => {
    for (const code of ['', 'x', 'v0|approve|R-1|', 'v1|fly|R-1|', `v1|approve|${'R'.repeat(200)}|`]) {
      const answer = await ana.post('/acts', { channel: 'reviews', code });
      expect([code, answer.status]).toEqual([code, 400]);
      expect(seen(await answer.text())).toContain('so nothing was done. Reload the page.');
    }
  });

  test('repeats a run once, however often the page is sent', async () => {
    const jon = await here.as('jon');
    const run = await here.stage.ended(undefined, { status: 'FAILED', folder: 'archive' });
    const id = await raise(here.stage, { run_id: run.id });
    await say(here, 'cowork-ops', { kind: 'alert', alert_id: id });
    const form = buttonOf(await jon.text('/'), 'rerun');
    await jon.post('/acts', form);
    expect(await runs()).toHaveLength(2);
    const again = await jon.post('/acts', form);
    expect(again.status).toBe(409);
    expect(seen(await again.text())).toContain('this form was probably sent twice');
    expect(await runs()).toHaveLength(2);
  });
});

describe('a button, with the script', () => {
  test('is answered with what to put on the page', async () => {
    const { page } = await alerted();
    const answer = await ana.post('/acts', buttonOf(page, 'acknowledge'), SCRIPT);
    expect(answer.headers.get('content-type')).toBe('application/json');
    const { html } = (await answer.json()) as { html: string };
    expect(html).toMatch(
      /^<article class="answer tone-ok"><header><span class="soft">Only you see this · <code>acknowledge A-1<\/code>/,
    );
    expect(checkHtml(html.match(/<div class="view">[\s\S]*(?=<\/article>)/)?.[0] ?? '')).toEqual([]);
  });

  test('pressed twice at once acts once, and both are told that it is done', async () => {
    const { page } = await reviewed();
    const form = buttonOf(page, 'approve');
    const answers = await Promise.all([ana.post('/acts', form, SCRIPT), ana.post('/acts', form, SCRIPT)]);
    const said = await Promise.all(
      answers.map(async (answer) => seen(((await answer.json()) as { html: string }).html)),
    );
    // The same answer, or where the first was done before the second came, who did it.
    for (const answer of said) expect(answer).toMatch(/R-\d+ (is approved|was approved by Ana)/);
    expect((await here.stage.acts()).filter((act) => act === 'review.approved')).toHaveLength(1);
  });

  test('a refusal is an answer, and names who can', async () => {
    const { id, page } = await reviewed(await here.as('vic'));
    const vic = await here.as('vic');
    const { csrf: _other, ...form } = buttonOf(page, 'approve');
    const answer = await vic.post('/acts', form, SCRIPT);
    expect(answer.status).toBe(200);
    const { html } = (await answer.json()) as { html: string };
    expect(html).toContain('tone-warn');
    expect(seen(html)).toMatch(/You may not approve brief\..*can\./);
    expect((await here.stage.review(id)).state).toBe('open');
  });

  test.each([
    ['no secret', { csrf: '' }, {}, 403, 'This page is older than your session'],
    ['another’s secret', { csrf: 'x'.repeat(43) }, {}, 403, 'This page is older than your session'],
    ['another site', {}, { origin: 'https://evil.example' }, 403, 'sent from another site'],
    ['a cross-site fetch', {}, { 'sec-fetch-site': 'cross-site' }, 403, 'sent from another site'],
    ['a rebinding name', {}, { host: 'evil.example' }, 421, 'not one of this server’s names'],
    ['nobody signed in', {}, { cookie: undefined }, 401, 'Nobody is signed in on this page'],
  ])('with %s does nothing', async (_what, fields, headers, status, words) => {
    const { id, page } = await alerted();
    const before = await here.stage.acts();
    for (const [path, form] of [
      ['/acts', buttonOf(page, 'acknowledge')],
      ['/commands', { channel: 'cowork-ops', words: `alert ack A-${id}` }],
    ] as const) {
      const answer = await ana.post(path, { ...form, ...fields }, { headers: { ...SCRIPT.headers, ...headers } });
      expect([path, answer.status]).toEqual([path, status]);
      expect(await answer.text()).toContain(words);
    }
    expect((await alert(id)).state).toBe('open');
    expect(await here.stage.acts()).toEqual(before);
  });

  test('after the session has ended says so, with or without the script', async () => {
    const { id, page } = await alerted();
    await here.stage.ground.clock.advance(13 * 3_600_000);
    const form = buttonOf(page, 'acknowledge');
    const answer = await ana.post('/acts', form, SCRIPT);
    expect([answer.status, await answer.json()]).toEqual([
      401,
      { error: expect.stringContaining('Nobody is signed in') },
    ]);
    expect((await ana.post('/acts', form)).status).toBe(403);
    expect((await alert(id)).state).toBe('open');
  });
});

describe('typed words', () => {
  const ask = async (words: string, visitor = ana) =>
    answersOf(await (await visitor.post('/commands', { channel: 'cowork-ops', words })).text());

  test('are answered in the channel they were typed in, to the one who typed', async () => {
    expect(await ask('/cowork status')).toMatch(/Only you see this · \/cowork status.*(green|run|waits)/i);
    expect(await ana.text('/')).not.toContain('<article class="answer');
    expect(await ask('')).toContain('/cowork help');
  });

  test('that are unknown name the nearest; foreign ones are only words', async () => {
    expect(await ask('/cowork statsu')).toContain('status');
    expect(await ask('<script>alert(1)</script>')).toContain('<script>alert(1)</script>');
    const page = await (
      await ana.post('/commands', { channel: 'cowork-ops', words: '<script>alert(1)</script> \u202E' })
    ).text();
    expect(page).not.toContain('<script>');
    expect(page).toContain('U+202E');
  });

  test('run a workflow once, however often the page is sent; another page may run it again', async () => {
    const sam = await here.as('sam');
    const form = () =>
      sam.text('/').then((page) => buttonsOf(page).find(({ code, asked }) => !code && asked !== undefined) ?? {});
    const first = { ...(await form()), words: '/cowork run brief' };
    expect((await sam.post('/commands', first)).status).toBe(200);
    expect((await sam.post('/commands', first)).status).toBe(409);
    expect(await runs()).toHaveLength(1);
    await here.stage.ground.clock.advance(60_000);
    expect((await sam.post('/commands', { ...(await form()), words: '/cowork run brief' })).status).toBe(200);
    expect(await runs()).toHaveLength(2);
  });

  test('a workflow that asks for texts comes with its form, which starts it', async () => {
    const inputs = { client: { text: true } };
    await here.stage.activate(teamOf(), workflowOf({ inputs }));
    const sam = await here.as('sam');
    const page = await (await sam.post('/commands', { channel: 'cowork-ops', words: 'run brief' })).text();
    expect(await runs()).toHaveLength(0);
    const form = buttonOf(page, 'run');
    const field = /name="(field-[^"]*client)"/.exec(page)?.[1] ?? '';
    expect(answersOf(await (await sam.post('/acts', { ...form, [field]: 'Beta Ltd' })).text())).toContain('queued');
    expect(await runs()).toHaveLength(1);
  });

  test('are told to the script with whether they only read', async () => {
    const say = async (words: string) =>
      (await (await ana.post('/commands', { channel: 'reviews', words }, SCRIPT)).json()) as {
        html: string;
        reads: boolean;
      };
    expect(await say('/cowork status')).toMatchObject({ reads: true, html: expect.stringContaining('/cowork status') });
    expect(await say('pause brief')).toMatchObject({ reads: false });
    const twice = [await say('status'), await say('status')].map(({ html }) => /id="(a-[^"]*)-\d+-f"/.exec(html)?.[1]);
    expect(new Set(twice).size).toBe(twice.filter(Boolean).length || 1);
  });
});

describe('how a line can go on', () => {
  const ways = async (words: string, visitor = ana) =>
    (await (await visitor.visit(`/commands/complete?words=${encodeURIComponent(words)}`)).json()) as {
      insert: string;
      label: string;
      hint: string;
    }[];

  test('is whole lines, with what each does', async () => {
    expect((await ways('/cowork st'))[0]).toEqual({
      insert: '/cowork status ',
      label: 'status',
      hint: expect.any(String),
    });
    expect((await ways('sta'))[0]?.insert).toBe('status ');
    for (const beginning of ['/', '/co', ' /cowork'])
      expect((await ways(beginning))[0]?.insert).toBe('/cowork status ');
    const sam = await here.as('sam');
    expect((await ways('/cowork run ', sam))[0]).toMatchObject({ insert: '/cowork run brief ', label: 'brief' });
    expect(await ways('/cowork run "bri')).toEqual([]);
    for (const typed of ['x'.repeat(5000), 'rerun a\0', 'audit \0', `rerun ${'x'.repeat(500)}`])
      expect(await ways(typed)).toEqual([]);
  });

  test('is nothing for nobody', async () => {
    expect(await ways('/cowork st', here.nobody())).toEqual([]);
    const outside = here.behind({ publicUrl: 'https://cowork.acme.example' });
    expect((await outside.nobody().visit('/commands/complete?words=st')).status).toBe(403);
  });
});
