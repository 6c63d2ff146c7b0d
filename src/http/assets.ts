import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Hono } from 'hono';

const ASSETS = [
  { path: '/style.css', file: './pages/style.css', type: 'text/css; charset=utf-8' },
  { path: '/icon.svg', file: './pages/icon.svg', type: 'image/svg+xml' },
] as const;

/** The style sheet and the icon; browsers keep them and ask whether they are still the same. */
export function assetRoutes(app: Hono): void {
  for (const { path, file, type } of ASSETS) {
    const content = readFileSync(new URL(file, import.meta.url), 'utf8');
    const tag = `"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`;
    app.get(path, (context) => {
      context.header('cache-control', 'no-cache');
      context.header('etag', tag);
      if (context.req.header('if-none-match') === tag) return context.body(null, 304);
      context.header('content-type', type);
      return context.body(content);
    });
  }
}
