import { describe, expect, test } from 'vitest';
import { reviewPage } from '#src/http/pages/review.ts';
import { seen } from './console.ts';
import { ANA } from './facts.ts';
import { CHANGES } from './file-facts.ts';
import { golden } from './golden.ts';
import { REVIEW } from './review-facts.ts';

const draw = async (view: typeof REVIEW) => String(await reviewPage(view, ANA.csrf));

describe('the page of an item as agreed on (UPDATE_GOLDEN=1 to agree anew)', () => {
  test('that waits for the viewer, with every kind of preview and difference', () =>
    golden('review-open', reviewPage(REVIEW, ANA.csrf)));

  test('that the viewer may not decide', () => {
    const fact = { ...REVIEW.fact, cannot_decide: 'You may not approve monday-brief. Maya and Jon can.' };
    return golden('review-not-yours', reviewPage({ ...REVIEW, fact }, ANA.csrf));
  });

  test('whose contents are not for the viewer', () => {
    const fact = {
      ...REVIEW.fact,
      data_class: 'confidential' as const,
      brief: null,
      hidden: 'The contents are not shown. You may not see the outputs of monday-brief. Maya can.',
      cannot_decide: 'You may not approve monday-brief. Maya can.',
      checks: REVIEW.fact.checks.map((check) => ({ ...check, message: '', expected: null, actual: null })),
    };
    const keyNumbers = { numbers: [], lastAt: null };
    const outputs = REVIEW.outputs.map((file) => ({ ...file, preview: null, changed: null }));
    const changes = {
      ...{ ...CHANGES, contents: false, showAt: '/reviews/R-128?changes=all#changes' },
      files: CHANGES.files.map((file) => ({ ...file, detail: null })),
    };
    return golden('review-hidden', reviewPage({ ...REVIEW, fact, keyNumbers, check: [], outputs, changes }, ANA.csrf));
  });

  test('that was approved and can be undone, the first of its workflow', () => {
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
    const changes = { last: null, runId: 'r', files: [], contents: true, showAt: null };
    const view = { ...REVIEW, fact, decisions, changes, due: 'opened today 08:00', quorum: '', looking: [] };
    return golden('review-promoted', reviewPage(view, ANA.csrf));
  });
});

describe('differences on the page', () => {
  test('that were not asked for yet are one click away, and only where contents may be seen', async () => {
    const files = CHANGES.files.map((file) => ({ ...file, detail: null }));
    const changes = { ...CHANGES, files, showAt: '/reviews/R-128?changes=all#changes' };
    expect(await draw({ ...REVIEW, changes })).toContain(
      'href="/reviews/R-128?changes=all#changes">Show the differences',
    );
    expect(await draw({ ...REVIEW, changes: { ...changes, contents: false } })).not.toContain('Show the differences');
  });

  test('are said in words beside their colours', async () => {
    const page = await draw(REVIEW);
    expect(page).toContain('<ins><span class="aside">added: </span>');
    expect(page).toContain('<del><span class="aside">removed: </span>');
    expect(seen(page)).toContain('was (empty) is 20');
    expect(page).not.toMatch(/<script|<i>|href="javascript|src="https/);
  });

  test('of many files are counted beyond the first fifty', async () => {
    const files = Array.from({ length: 70 }, (_, index) => ({
      ...{ path: `${index}.md`, how: 'added' as const, before: null },
      ...{ after: { bytes: 1, sha256: 'a' }, detail: null },
    }));
    expect(seen(await draw({ ...REVIEW, changes: { ...CHANGES, files } }))).toContain('and 20 more files');
  });

  test('of nothing say that all is unchanged', async () => {
    const files = CHANGES.files.filter(({ how }) => how === 'unchanged');
    expect(seen(await draw({ ...REVIEW, changes: { ...CHANGES, files } }))).toContain('All 1 file unchanged: same.md');
  });
});
