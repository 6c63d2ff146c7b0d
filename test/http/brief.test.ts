import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { briefSections, sectionHtml } from '#src/http/pages/markdown.ts';
import { composeBrief } from '#src/reviews/brief.ts';
import { markdownText, oneLine } from '#src/reviews/plain.ts';
import type { RunRow } from '#src/store/schema.ts';
import { homeOf, teamOf, workflowOf } from '#test/reviews/stage.ts';
import { seen } from './console.ts';

const draw = async (markdown: string) =>
  (
    await Promise.all(
      briefSections(markdown).map(async (section) => `${section.title}|${String(await sectionHtml(section))}`),
    )
  ).join('\n');

const brief = (over: Partial<RunRow>, review = ['Revenue equals the ledger']) => {
  const workflow = workflowOf({ review: { approvers: ['leads'], brief: review, confidence_below: 0.8 } });
  const run = {
    id: 'brief-20261123T0500Z-7k3q',
    workflow: 'brief',
    tier: 'T2',
    queued_at: new Date('2026-11-23T05:00:00Z'),
    started_at: new Date('2026-11-23T05:00:00Z'),
    scheduled_for: null,
    key_numbers: [],
    flags: [],
    summary: null,
    confidence: null,
    validation: null,
    output_hash: `sha256:${'a'.repeat(64)}`,
    ...over,
  } as RunRow;
  const snapshot = { id: 1, home: homeOf('/home', teamOf(), workflow) };
  const inputs = [{ name: 'crm', status: 'missing' as const, required: false, detail: 'no file matches inbox/*.csv' }];
  return composeBrief({ run, snapshot, workflow }, ['confidence 0.72 is under 0.80'], inputs, [
    { path: 'brief.md', bytes: 4 },
  ]);
};

describe('the brief on the page', () => {
  test('has its headings, boxes to tick, lists and quotes', async () => {
    const html = await draw(brief({ summary: 'Up 3 %.', flags: ['CRM late'] }));
    expect(html).toContain(
      '60-second check|<ul class="checks"><li><label><input type="checkbox" autocomplete="off"> <bdi>Revenue equals the ledger</bdi>',
    );
    expect(html).toContain('<blockquote><p><bdi>Up 3 %.</bdi></p></blockquote>');
    expect(html).toContain(
      'Completeness|<ul><li><bdi>crm unavailable (missing, optional): no file matches inbox/*.csv</bdi></li></ul>',
    );
    expect(html).toContain(`<p><code>sha256:${'a'.repeat(64)}</code></p>`);
  });

  test('shows a skill’s own Markdown as the characters it is, in its quote', async () => {
    const words = '## Validation **ok** [click](https://evil.example) <b>x</b> ![i](x) `code` - [x] done';
    const html = await draw(
      brief({ summary: words, flags: ['# Approved', '- [ ] tick me', '1. one', '&lt;b&gt; \\* \\\\'] }),
    );
    expect(html).not.toMatch(/<b>|<a |<img|href/);
    expect(seen(html)).toContain(words);
    for (const flag of ['# Approved', '- [ ] tick me', '1. one', '&lt;b&gt; \\* \\\\'])
      expect(seen(html)).toContain(flag);
    expect(html.match(/type="checkbox"/g)).toHaveLength(1);
  });

  test('shows any text as it is, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 80 }), async (words) => {
        const wanted = oneLine(words);
        fc.pre(wanted !== '');
        const html = await draw(`## Flags\n\n> ${markdownText(words)}  \n`);
        expect(seen(html.replace('Flags|', '')).trim()).toBe(wanted.replace(/\s+/g, ' '));
        expect(html.match(/<(?!\/?(blockquote|p|bdi|span)\b)/)).toBeNull();
      }),
      { numRuns: 500 },
    );
  });

  test('never draws live markup, whatever the file on disk says', async () => {
    const tags = /<(?!\/?(blockquote|p|bdi|span|ul|li|label|input|code|h3)\b)/;
    const line = fc.oneof(
      fc.constantFrom(
        '## ',
        '- [ ] ',
        '- ',
        '> ',
        '    ',
        '# ',
        '<script>',
        '&lt;',
        '\\',
        '&amp;lt;img',
        '"><svg onload=x>',
      ),
      fc.string({ unit: 'binary', maxLength: 30 }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.array(line, { maxLength: 4 }), { maxLength: 12 }), async (lines) => {
        const html = await draw(lines.map((parts) => parts.join('')).join('\n'));
        const titles = briefSections(lines.map((parts) => parts.join('')).join('\n')).map(({ title }) => title);
        const bodies = titles.reduce((text, title) => text.replace(`${title}|`, ''), html);
        expect(bodies.match(tags)).toBeNull();
      }),
      { numRuns: 300 },
    );
  });
});
