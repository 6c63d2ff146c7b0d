import type { Comparison } from './diff-apart.ts';
import { compareTexts } from './diff-text.ts';

/** The process that compares: one question, one answer, nothing kept. It ends when who asked is gone. */
process.on('message', ({ path, before, after }: Comparison) => {
  process.send?.(compareTexts(path, before, after));
});
