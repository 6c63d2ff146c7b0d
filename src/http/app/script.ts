import { readFileSync } from 'node:fs';

/** The modules of the browser's script, each after those it imports. */
const MODULES = ['times', 'parts', 'answers', 'acts', 'scroll', 'channel', 'live', 'command', 'renew', 'main'];

/**
 * The whole script as one file, so that a page asks for one thing: the modules of this folder one after the other, without
 * their imports, exports and comments, in a function of their own.
 */
export function browserScript(): string {
  const parts = MODULES.map((name) =>
    readFileSync(new URL(`./${name}.js`, import.meta.url), 'utf8')
      .replace(/^import .*;\n/gm, '')
      .replace(/^export /gm, '')
      .replace(/^ *\/\*\*.*?\*\/\n/gms, ''),
  );
  return `(() => {\n'use strict';\n${parts.join('\n')}})();\n`;
}
