import { describe, expect, test } from 'vitest';
import { foreign, foreignLines } from '#src/http/pages/foreign.ts';
import type { Html } from '#src/http/pages/layout.ts';
import { seen } from './console.ts';

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

  test('with very many hidden characters is not swollen by them: the last ones have a short sign', async () => {
    const text = 'x\u200b'.repeat(16_000);
    const html = await drawn(foreignLines(text));
    expect(html.length).toBeLessThan(100_000);
    expect(seen(html)).toContain('xU+200Bx');
    expect(seen(html)).toContain('x\ufffdx');
    expect(seen(html)).toMatch(/More hidden characters than are spelled out: each of the others is shown as \ufffd\.$/);
    expect(html).not.toContain('\u200b');
    expect((await drawn(foreign(text, 200))).length).toBeLessThan(5000);
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
