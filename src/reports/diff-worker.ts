import { parentPort } from 'node:worker_threads';
import { compareTexts } from './diff-text.ts';
import type { Comparison } from './diff-thread.ts';

/** The thread that compares: one question, one answer, nothing kept. */
parentPort?.on('message', ({ path, before, after }: Comparison) => {
  parentPort?.postMessage(compareTexts(path, before, after));
});
