import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Hono } from 'hono';
import { browserScript } from './app/script.ts';

/** One sheet for the browser, kept beside what each part of it dresses. */
const SHEETS = [
  ...['./pages/style.css', './pages/frame.css', './pages/acts.css', './pages/record.css'],
  ...['./view/view.css', './channel/channel.css', './channel/command.css'],
];

const textOf = (file: string): string => readFileSync(new URL(file, import.meta.url), 'utf8');

const ASSETS = [
  { path: '/style.css', content: () => SHEETS.map(textOf).join('\n'), type: 'text/css; charset=utf-8' },
  { path: '/app.js', content: browserScript, type: 'text/javascript; charset=utf-8' },
  { path: '/icon.svg', content: () => textOf('./pages/icon.svg'), type: 'image/svg+xml' },
];

/** The style sheet, the script and the icon; browsers keep them and ask whether they are still the same. */
export function assetRoutes(app: Hono): void {
  for (const { path, content: read, type } of ASSETS) {
    const content = read();
    // Weak, since the same content also goes out compressed.
    const tag = `W/"${createHash('sha256').update(content).digest('hex').slice(0, 16)}"`;
    app.get(path, (context) => {
      context.header('cache-control', 'no-cache');
      context.header('etag', tag);
      if (context.req.header('if-none-match') === tag) return context.body(null, 304);
      context.header('content-type', type);
      return context.body(content);
    });
  }
}
