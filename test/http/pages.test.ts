import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { foreign, foreignLines } from '#src/http/pages/foreign.ts';
import { type Html, layout } from '#src/http/pages/layout.ts';
import { overviewPage } from '#src/http/pages/overview.ts';
import { reviewPage } from '#src/http/pages/review.ts';
import { runPage } from '#src/http/pages/run.ts';
import { seen } from './console.ts';
import { ANA, busyOverview, NOBODY, quietOverview, REVIEW, RUN, VISITOR } from './facts.ts';

const GOLDEN = join(import.meta.dirname, '../golden/http');

/** Compares with the page as it was last agreed on; UPDATE_GOLDEN=1 agrees on what it is now. */
async function golden(name: string, page: Html): Promise<void> {
  const text = String(await page);
  const path = join(GOLDEN, `${name}.html`);
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(GOLDEN, { recursive: true });
    writeFileSync(path, text);
  }
  expect(text).toBe(readFileSync(path, 'utf8'));
}

describe('pages as agreed on (UPDATE_GOLDEN=1 to agree anew)', () => {
  test('overview with something of everything', () =>
    golden('overview', layout({ title: 'Overview', viewer: ANA, body: overviewPage(busyOverview), refresh: 10 })));

  test('overview of a quiet day, nobody signed in', () =>
    golden('overview-quiet', layout({ title: 'Overview', viewer: NOBODY, body: overviewPage(quietOverview) })));

  test('overview on the example, nobody chosen', () =>
    golden('overview-example', layout({ title: 'Overview', viewer: VISITOR, body: overviewPage(quietOverview) })));

  test('review that waits for the viewer', () =>
    golden('review-open', layout({ title: 'R-128', viewer: ANA, body: reviewPage(REVIEW, ANA.csrf) })));

  test('review that the viewer may not decide', () => {
    const fact = { ...REVIEW.fact, cannot_decide: 'You may not approve monday-brief. Maya and Jon can.' };
    return golden(
      'review-not-yours',
      layout({ title: 'R-128', viewer: ANA, body: reviewPage({ ...REVIEW, fact }, ANA.csrf) }),
    );
  });

  test('review whose contents are not for the viewer', () => {
    const fact = {
      ...REVIEW.fact,
      data_class: 'confidential' as const,
      brief: null,
      hidden: 'The contents are not shown. You may not see the outputs of monday-brief. Maya can.',
      cannot_decide: 'You may not approve monday-brief. Maya can.',
    };
    const keyNumbers = { numbers: [], lastAt: null };
    const outputs = REVIEW.outputs.map((file) => ({ ...file, preview: null, cut: false }));
    const view = { ...REVIEW, fact, keyNumbers, outputs };
    return golden('review-hidden', layout({ title: 'R-128', viewer: ANA, body: reviewPage(view, ANA.csrf) }));
  });

  test('review that was approved and can be undone', () => {
    const fact = {
      ...REVIEW.fact,
      state: 'promoted' as const,
      may_undo: true,
      result: 'R-128 was approved by Ana today 09:05 and is in production. To take it back, undo R-128.',
    };
    const decisions = [
      { text: 'Ana approved today 09:05: "fine"', void: false },
      { text: 'Jon approved today 08:30', void: true },
    ];
    const view = { ...REVIEW, fact, decisions, due: 'opened today 08:00', quorum: '', looking: [] };
    return golden('review-promoted', layout({ title: 'R-128', viewer: ANA, body: reviewPage(view, ANA.csrf) }));
  });

  test('run that failed', () =>
    golden('run-failed', layout({ title: 'Run', viewer: ANA, body: runPage(RUN, ANA.csrf) })));

  test('run under way that the viewer may cancel', () => {
    const view = {
      ...RUN,
      status: 'RUNNING',
      error: null,
      ended: null,
      summary: null,
      flags: [],
      outputs: [],
      checks: null,
      mayCancel: true,
      keyNumbers: { numbers: [], lastAt: null },
      outputHash: null,
    };
    return golden('run-running', layout({ title: 'Run', viewer: ANA, body: runPage(view, ANA.csrf) }));
  });
});

describe('foreign text', () => {
  const drawn = async (html: Html) => String(await html);

  test('is text, whatever markup it holds', async () => {
    expect(await drawn(foreign('<script>alert("x")</script> & \'y\''))).toBe(
      '<bdi>&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt; &amp; &#39;y&#39;</bdi>',
    );
  });

  test.each([
    ['a\u202egnp.exe', 'aU+202Egnp.exe'],
    ['pay\u200bpal', 'payU+200Bpal'],
    ['\u2066a\u2069', 'U+2066aU+2069'],
    ['x\u00ad\u061c\u200d\u2060y', 'xU+00AD U+061C U+200D U+2060y'],
    ['x\u{e0041}\u{e0042}y', 'xU+E0041 U+E0042y'],
    ['x\ud800y', 'xU+D800y'],
    ['bell\u0007', 'bellU+0007'],
    [`a${'\u200b'.repeat(500)}b`, 'a500 hidden charactersb'],
  ])('shows what hides, as in case %#', async (text, shown) => {
    expect(seen(await drawn(foreign(text)))).toBe(shown);
    expect(seen(await drawn(foreignLines(text)))).toBe(shown);
  });

  test('stays one line and of a length', async () => {
    expect(seen(await drawn(foreign('a\n\n  b\u2028c\td')))).toBe('a b c d');
    expect(seen(await drawn(foreign('x'.repeat(2000), 10)))).toBe(`${'x'.repeat(10)}…`);
    expect(seen(await drawn(foreign('😀'.repeat(20), 3)))).toBe('😀😀😀…');
  });

  test('keeps its lines and tabs where it has some', async () => {
    expect(await drawn(foreignLines('a\r\n\tb\nc\rd'))).toBe(
      'a\r\n\tb\nc<span class="unseen" title="A character that is not seen">U+000D</span>d',
    );
  });
});
