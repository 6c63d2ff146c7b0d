import { spawn } from 'node:child_process';
import { type Stats, statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';

/** Whom the database server runs as. */
export interface Account {
  uid: number;
  gid: number;
}

/** `nobody` on Linux; PostgreSQL refuses root, and this number exists everywhere. Skills never run under it. */
const NOBODY: Account = { uid: 65534, gid: 65534 };

/**
 * The account for the server: null means this process's own. As root it is the owner of the existing data (so that data
 * an ordinary user began stays theirs), else nobody.
 */
export function serverAccount(existingData: string): Account | null {
  if (process.getuid?.() !== 0) return null;
  const owner = statSync(existingData, { throwIfNoEntry: false });
  return owner && owner.uid !== 0 ? { uid: owner.uid, gid: owner.gid } : NOBODY;
}

/** Whether the account may pass through every folder down to `path` (permission bits only). */
export function canEnter(path: string, account: Account | null): boolean {
  if (!account) return true;
  for (let folder = resolve(path); ; folder = dirname(folder)) {
    const stats = statSync(folder, { throwIfNoEntry: false });
    if (stats && !mayPass(stats, account)) return false;
    if (folder === dirname(folder)) return true;
  }
}

function mayPass({ uid, gid, mode }: Stats, account: Account): boolean {
  if (uid === account.uid) return (mode & 0o100) !== 0;
  return (mode & (gid === account.gid ? 0o010 : 0o001)) !== 0;
}

export interface Ran {
  code: number | null;
  output: string;
}

/**
 * Runs a program of the database as the account, in `cwd`, with an environment built from nothing (PG* variables would
 * change what it does, and our secrets are none of its business). Resolves with its exit code and joined output.
 */
export function runAs(account: Account | null, cwd: string, program: string, args: readonly string[]): Promise<Ran> {
  return new Promise((done) => {
    const { PATH = '/usr/bin:/bin', SystemRoot, TEMP, TMP } = process.env;
    const windows = process.platform === 'win32' ? { SystemRoot, TEMP, TMP } : {};
    const child = spawn(program, args, {
      cwd,
      env: { PATH, LC_ALL: 'C', ...windows },
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(account ?? {}),
    });
    let output = '';
    child.stdout.on('data', (part) => (output += part));
    child.stderr.on('data', (part) => (output += part));
    child.on('error', (error) => done({ code: null, output: error.message }));
    // `exit`, not `close`: the server that pg_ctl leaves behind may keep a pipe open.
    child.on('exit', (code) => setImmediate(() => done({ code, output })));
  });
}
