import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { Html } from '#src/http/pages/layout.ts';

const GOLDEN = join(import.meta.dirname, '../golden/http');

/** Compares with the HTML as it was last agreed on; UPDATE_GOLDEN=1 agrees on what it is now. */
export async function golden(name: string, page: Html): Promise<void> {
  const text = String(await page);
  const path = join(GOLDEN, `${name}.html`);
  if (process.env.UPDATE_GOLDEN) {
    mkdirSync(GOLDEN, { recursive: true });
    writeFileSync(path, text);
  }
  expect(text).toBe(readFileSync(path, 'utf8'));
}
