import { defineConfig } from 'vitest/config';
import { LongestFirst } from './test/setup/longest-first.ts';

/** Files that put modules of their own in the place of real ones, or are about what a process keeps. */
const ALONE = [
  'test/http/review-compare.test.ts',
  'test/reports/diff-apart.test.ts',
  'test/reviews/kill.test.ts',
  'test/skills/fence/**/*.test.ts',
  'test/store/embedded*.test.ts',
];

const common = {
  pool: 'forks',
  testTimeout: 60_000,
  hookTimeout: 120_000,
  // Of a state that a test waits for; a busy machine may take longer than the second that is usual.
  expect: { poll: { timeout: 20_000 } },
} as const;

export default defineConfig({
  test: {
    globalSetup: ['test/setup/database.ts'],
    maxWorkers: 4,
    sequence: { sequencer: LongestFirst },
    projects: [
      // Loading the product anew for every file is a tenth of the whole, so the others share what a worker has loaded.
      {
        test: {
          ...common,
          name: 'shared',
          isolate: false,
          include: ['test/**/*.test.ts'],
          exclude: ['test/browser/**', ...ALONE],
        },
      },
      { test: { ...common, name: 'alone', include: ALONE } },
    ],
  },
});
