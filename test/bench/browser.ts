import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type BrowserContext, chromium } from 'playwright-core';
import type { Place } from './place.ts';

const FLAGS = ['--no-sandbox', '--disable-gpu', '--no-first-run', '--disable-background-networking'];

/** Chromium as it comes, with nothing in it; null where this host has none. */
export async function openBrowser(place: Place): Promise<BrowserContext | null> {
  const executablePath = process.env.CHROMIUM ?? '/usr/bin/chromium';
  if (!existsSync(executablePath)) return null;
  const profile = join(place.path, 'chromium');
  const options = { executablePath, headless: true, args: FLAGS, viewport: { width: 1200, height: 900 } };
  const context = await chromium.launchPersistentContext(profile, options);
  place.owns(() => context.close());
  return context;
}
