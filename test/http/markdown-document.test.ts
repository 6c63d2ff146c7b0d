import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { documentHtml } from '#src/http/pages/markdown-document.ts';
import { seen } from './console.ts';

const OWN = [{ path: 'data/chart.png', src: '/runs/r/pictures/data/chart.png' }];
const draw = async (markdown: string, path = 'brief.md') => String(await documentHtml(markdown, path, OWN));

describe('a document of a skill', () => {
  test('has its structure, with headings below those of the page and without gaps', async () => {
    const html = await draw(
      '# One\n\n### Deep\n\n## Two\n\n- a\n- **b** `c`\n\n3. x\n\n> q\n\n| a | b |\n| - | -: |\n| 1 | 2 |\n\n```js\n1 < 2\n```\n',
    );
    expect(html).toContain('<h4>One</h4>');
    expect(html).toContain('<h5>Deep</h5>');
    expect(html).toContain('<h5>Two</h5>');
    expect(html).toContain('<strong>b</strong>');
    expect(html).toContain('<ol start="3">');
    expect(html).toContain('<blockquote>');
    expect(html).toContain('<td class="number">2</td>');
    expect(html).toContain('1 &lt; 2');
  });

  test('runs none of its markup and shows it instead', async () => {
    const markup = '<script>alert(1)</script>\n\n<img src=x onerror=alert(1)>\n\n<!-- hidden -->\n';
    expect(await draw(markup)).not.toMatch(/<script|<img|<!--/);
    for (const line of markup.trim().split('\n\n')) expect(seen(await draw(markup))).toContain(line);
  });

  test.each([
    ['[ok](https://example.org/a?b=1)', 'href="https://example.org/a?b=1"', '(example.org)'],
    ['[https://bank.example](https://evil.example/)', 'href="https://evil.example/"', '(evil.example)'],
    ['<https://example.org>', 'href="https://example.org/"', '(example.org)'],
  ])('%s leads to the web, with its host beside it', async (markdown, href, host) => {
    const html = await draw(markdown);
    expect(html).toContain(href);
    expect(html).toContain('rel="noopener noreferrer nofollow"');
    expect(seen(html)).toContain(host);
  });

  test.each([
    'javascript:alert(1)',
    'JaVaScRiPt:alert(1)',
    'data:text/html,x',
    'file:///etc/passwd',
    '/sign-out',
    '//evil.example/x',
    'mailto:a@b.example',
    '#decide',
  ])('a link to %s is words', async (href) => {
    const html = await draw(`[here](${href})`);
    expect(html).not.toContain('<a ');
    expect(seen(html)).toContain(href);
  });

  test('shows no picture but the run’s own', async () => {
    expect(await draw('![c](data/chart.png)')).toContain(
      '<img src="/runs/r/pictures/data/chart.png" loading="lazy" alt="c">',
    );
    expect(await draw('![c](chart.png)', 'data/x.md')).toContain('<img src="/runs/r/pictures/data/chart.png"');
    for (const src of [
      'https://evil.example/p.png',
      '/style.css',
      '../data/chart.png',
      'data:image/png;base64,x',
      '%E0%A4%A',
    ])
      expect(await draw(`![c](${src})`)).not.toContain('<img');
  });

  test('spells out what hides, also in names of links and code', async () => {
    expect(seen(await draw('pay\u200bpal [a\u202eb](https://x.example) `c\u2066d`'))).toContain(
      'payU+200Bpal aU+202Eb',
    );
    expect(seen(await draw('`c\u2066d`'))).toContain('cU+2066d');
  });

  test('says where it is nested too deep to be laid out', async () => {
    const deep = Array.from({ length: 40 }, (_, level) => `${' '.repeat(2 * level)}- level ${level}`).join('\n');
    expect(seen(await draw(deep))).toContain('nested too deep to be laid out');
    expect(seen(await draw('- a\n  - b\n    - c\n'))).not.toContain('nested too deep');
  });

  test.each([
    ['a table that is filled up', `${'|a'.repeat(100)}|\n${'|-'.repeat(100)}|\n${'|b\n'.repeat(5000)}`],
    ['the same in a quote', `> ${'|a'.repeat(100)}|\n> ${'|-'.repeat(100)}|\n${'> |b\n'.repeat(5000)}`],
    ['a long address, referred to often', `[a]: http://x.example/${'y'.repeat(8000)}\n\n${'[a] '.repeat(5000)}`],
  ])('%s is not laid out', async (_, markdown) => {
    const html = await draw(markdown);
    expect(html.length).toBeLessThan(1000);
    expect(seen(html)).toContain('Laid out it would be too long. Read it as it is written, below.');
  });

  test('a long table of a report is laid out', async () => {
    const rows = '| 2026-11-21 | Ana | 12.50 | EUR | paid |\n'.repeat(800);
    const html = await draw(`| a | b | c | d | e |\n| - | - | - | - | - |\n${rows}`);
    expect(html.match(/<td>/g)).toHaveLength(4000);
  });

  test('whatever is written, only bare tags of the list come out, each closed', async () => {
    const piece = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.constantFrom(
        '<a href="javascript:x">',
        '](',
        '[',
        '![',
        '**',
        '> ',
        '\n- ',
        '\n\n',
        '`',
        '|',
        '\n|-|\n',
        '&lt;',
        '\\',
        'javascript:x)',
        '" onx="',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(piece, { maxLength: 20 }), async (pieces) => {
        const html = await draw(pieces.join(''));
        const tags = [...html.matchAll(/<(\/?)([a-z0-9]+)([^>]*)>/g)];
        const open: string[] = [];
        for (const [, end, name = '', attributes = ''] of tags) {
          expect(attributes).not.toMatch(/\son|javascript:|style=/i);
          if (['br', 'hr', 'img'].includes(name)) continue;
          if (end) expect(open.pop()).toBe(name);
          else open.push(name);
        }
        expect(open).toEqual([]);
      }),
      { numRuns: 300 },
    );
  });
});
