import { join } from 'node:path';
import { FenceError } from './fence-error.ts';
import { PROXY_PORT } from './launcher.ts';
import type { Room } from './room.ts';

/** Folders of programs, after our own Node. */
export const PROGRAM_FOLDERS = ['/usr/local/bin', '/usr/bin', '/bin'];

/** Names that would change how programs start or where they look: a secret may have none of them. */
const TAKEN =
  /^(PATH|HOME|TMPDIR|LANG|TZ|PWD|OLDPWD|SHLVL|_|GO|IFS|ENV|BASH_ENV|GLIBC_TUNABLES|NODE_.*|LD_.*|DYLD_.*|COWORK_.*|(https?|all|no)_proxy)$/i;

/**
 * The whole environment of a fenced process, built from nothing: what home-format lists, the secrets, and where hosts
 * are listed the proxy in the variables that curl, Python and Node know.
 *
 * @throws FenceError when a secret has a name or a value that cannot be handed on
 */
export function environment(
  room: Room,
  variables: Record<string, string>,
  secrets: Record<string, string>,
  proxied: boolean,
): Record<string, string> {
  for (const [name, value] of Object.entries(secrets)) {
    if (TAKEN.test(name))
      throw refuse(name, 'that name has a meaning of its own; give it another one in access.secrets.');
    if (value.includes('\0')) throw refuse(name, 'its value holds a NUL byte.');
  }
  return {
    PATH: [join(room.base, 'bin'), ...PROGRAM_FOLDERS].join(':'),
    HOME: join(room.base, 'home'),
    TMPDIR: room.base === room.folder ? join(room.base, 'tmp') : '/tmp',
    LANG: 'C.UTF-8',
    ...(proxied ? proxyVariables() : {}),
    ...variables,
    ...secrets,
  };
}

const refuse = (name: string, why: string) =>
  new FenceError('FenceBroken', `The secret ${name} cannot be handed to the skill: ${why}`);

function proxyVariables(): Record<string, string> {
  const url = `http://127.0.0.1:${PROXY_PORT}`;
  const names = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'http_proxy', 'https_proxy', 'all_proxy'];
  return { ...Object.fromEntries(names.map((name) => [name, url])), NODE_USE_ENV_PROXY: '1' };
}
