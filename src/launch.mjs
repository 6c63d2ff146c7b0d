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

// Without it V8 lets the part of the heap where objects are born grow to 64 MB while the modules load, and an idle process
// keeps that for hours; with it decisions and runs are as fast.
const SMALL_HEAP = '--max-semi-space-size=4';

if (major >= NEEDED) {
  // The limit can only be given to a new Node: this one becomes it, with the same process id.
  const stays =
    process.argv[2] === 'start' && !process.execArgv.some((word) => word.startsWith('--max-semi-space-size'));
  if (stays && process.execve)
    process.execve(process.execPath, [process.execPath, SMALL_HEAP, ...process.execArgv, ...process.argv.slice(1)]);
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
