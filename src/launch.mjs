#!/usr/bin/env node
// Plain JavaScript on purpose: it must parse on any Node, since its task is to find a Node that can run the rest.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const NEEDED = 24;
const here = dirname(fileURLToPath(import.meta.url));
const major = Number(process.versions.node.split('.')[0]);

if (major >= NEEDED) {
  // Halves the time to the first word. Kept beside the packages, where only who installed them may write; where that is
  // somebody else, starting goes on without it.
  module.enableCompileCache(join(here, '..', 'node_modules', '.cache', 'cowork-ops'));
  const { main } = await import('./cli.ts');
  await main(process.argv.slice(2));
} else {
  const bundled = join(here, '..', 'node_modules', '.bin', process.platform === 'win32' ? 'node.cmd' : 'node');
  if (existsSync(bundled) && !process.env.COWORK_RELAUNCHED) {
    const child = spawn(bundled, [fileURLToPath(import.meta.url), ...process.argv.slice(2)], {
      stdio: 'inherit',
      env: { ...process.env, COWORK_RELAUNCHED: '1' },
    });
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal));
    child.on('exit', (code, signal) => {
      process.exitCode = code ?? (signal === 'SIGINT' ? 130 : 143);
    });
  } else {
    console.error(
      `Cowork Ops needs Node ${NEEDED} or newer; this is Node ${process.versions.node} and no bundled Node ${NEEDED} was found. ` +
        `Run "npm ci" (it brings Node ${NEEDED} as an optional dependency on Linux and Windows), or install Node ${NEEDED}.`,
    );
    process.exitCode = 2;
  }
}
