import { chmodSync, lstatSync, readlinkSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Room } from './room.ts';

export interface BubblewrapJob {
  bwrap: string;
  /** Set: real root makes the mounts and becomes `user` by `setpriv`. Null: a user namespace. */
  setpriv: string | null;
  /** The numeric user and group inside. */
  user: number;
  room: Room;
  /** Folders that must not show even where they lie below a system folder. */
  hidden: string[];
  /** Keeps the host's network; only where the team allows a weaker fence. */
  networkOpen: boolean;
  /** Unix socket of the proxy to the listed hosts. */
  proxySocket: string | null;
  /** Whether a system call filter follows as file descriptor 3. */
  filter: boolean;
}

/** What of the system a program needs to start, nothing that says whose host this is. */
const SYSTEM = ['/usr', '/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32', '/nix/store', '/gnu/store'];
const SETTINGS = [
  'ld.so.cache',
  'ld.so.conf',
  'ld.so.conf.d',
  'alternatives',
  'ssl/certs',
  'ssl/openssl.cnf',
  'pki/tls/certs',
  'pki/ca-trust/extracted',
  'ca-certificates',
  'crypto-policies',
  'fonts',
  'mime.types',
  'localtime',
].map((name) => `/etc/${name}`);

const PARENTS = ['/etc', '/etc/ssl', '/etc/pki', '/etc/pki/tls', '/etc/pki/ca-trust', '/run'];

/** The `bwrap` command up to and including `--`: what follows is what runs inside. */
export function bubblewrapCommand(job: BubblewrapJob): string[] {
  const { room } = job;
  return [
    job.bwrap,
    ...['--unshare-pid', '--unshare-ipc', '--unshare-uts', '--unshare-cgroup-try'],
    ...(job.networkOpen ? [] : ['--unshare-net']),
    ...['--die-with-parent', '--new-session', '--hostname', 'cowork'],
    ...(job.setpriv ? KEEP_ONLY_GIVING_UP : ['--unshare-user', '--uid', `${job.user}`, '--gid', `${job.user}`]),
    // Folders that bubblewrap makes for a bind are closed to all but root, which the fenced user is not.
    ...PARENTS.flatMap((path) => ['--perms', '0755', '--dir', path]),
    ...[...SYSTEM, ...SETTINGS].flatMap(systemBind),
    ...ownSettings(room.work, job.user, job.networkOpen),
    ...job.hidden.flatMap(hide),
    ...['--proc', '/proc', '--dev', '/dev', '--bind', join(room.work, 'shm'), '/dev/shm'],
    ...['--ro-bind', room.folder, '/cowork', '--bind', join(room.folder, 'tmp'), '/tmp'],
    ...['out', 'home', 'work'].flatMap((name) => ['--bind', join(room.folder, name), `/cowork/${name}`]),
    ...room.binds.flatMap(({ host, at }) => ['--ro-bind', realpathSync(host), `/cowork/${at}`]),
    ...(job.proxySocket ? ['--ro-bind', job.proxySocket, PROXY_INSIDE] : []),
    ...['--remount-ro', '/dev', '--remount-ro', '/', '--chdir', '/'],
    ...(job.filter ? ['--seccomp', '3'] : []),
    '--',
    ...(job.setpriv ? [job.setpriv, ...giveUpRoot(job.user)] : []),
  ];
}

/** Where the proxy's socket is inside. */
export const PROXY_INSIDE = '/run/cowork-proxy';

const KEEP_ONLY_GIVING_UP = [
  '--cap-drop',
  'ALL',
  '--cap-add',
  'CAP_SETUID',
  '--cap-add',
  'CAP_SETGID',
  '--cap-add',
  'CAP_SETPCAP',
];

const giveUpRoot = (user: number): string[] => [
  ...[`--reuid=${user}`, `--regid=${user}`, '--clear-groups'],
  ...['--no-new-privs', '--inh-caps=-all', '--bounding-set=-all', '--'],
];

function systemBind(path: string): string[] {
  try {
    // On a merged system /bin and its like are links into /usr; bound as links they stay what programs expect.
    if (lstatSync(path).isSymbolicLink() && !path.startsWith('/etc/')) return ['--symlink', readlinkSync(path), path];
    return ['--ro-bind', realpathSync(path), path];
  } catch {
    return [];
  }
}

/** Accounts and names that a program may ask for, without the host's own. */
function ownSettings(work: string, user: number, networkOpen: boolean): string[] {
  const files: Record<string, string> = {
    passwd: `root:x:0:0:root:/:/usr/sbin/nologin\nskill:x:${user}:${user}:skill:/cowork/home:/bin/sh\n`,
    group: `root:x:0:\nskill:x:${user}:\n`,
    hosts: '127.0.0.1 localhost\n::1 localhost\n',
    'nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  };
  const binds = Object.entries(files).flatMap(([name, text]) => {
    const file = join(work, `etc-${name}`);
    writeFileSync(file, text);
    // Whatever the umask is: the fenced user has to read it.
    chmodSync(file, 0o644);
    return ['--ro-bind', file, `/etc/${name}`];
  });
  return networkOpen ? [...binds, ...systemBind('/etc/resolv.conf')] : binds;
}

/** A product or home that lives below a system folder (`/usr/src/app`) is covered by an empty one. */
function hide(path: string): string[] {
  let real: string;
  try {
    real = realpathSync(path);
  } catch {
    return [];
  }
  const shows = [...SYSTEM, ...SETTINGS].some((folder) => {
    try {
      return `${real}/`.startsWith(`${realpathSync(folder)}/`);
    } catch {
      return false;
    }
  });
  return shows ? ['--tmpfs', real, '--remount-ro', real] : [];
}
