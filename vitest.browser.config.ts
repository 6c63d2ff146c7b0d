import { defineConfig } from 'vitest/config';

/** Stories in a real browser (Debian's chromium, or CHROMIUM) against the whole product: npm run test:browser. */
export default defineConfig({
  test: {
    include: ['test/browser/**/*.test.ts'],
    pool: 'forks',
    maxWorkers: 1,
    testTimeout: 90_000,
    hookTimeout: 120_000,
  },
});
