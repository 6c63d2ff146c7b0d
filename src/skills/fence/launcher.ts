import type { Limits } from '../runners/types.ts';
import { PROXY_INSIDE } from './bubblewrap.ts';
import type { Layers } from './layers.ts';

/** The launcher says this on its own channel when everything around the skill stands. */
export const READY = 'ready\n';
/** Where programs inside reach the proxy. */
export const PROXY_PORT = 3128;

/**
 * A small shell program between the fence and the skill: sets the limits the kernel keeps, opens the way to the proxy,
 * says `ready`, and waits for a line before it becomes the skill, so that no word of the skill runs before its process
 * is on record. The skill's two outputs are one stream, in the order they were written; stdin is closed.
 *
 * The limits are backstops for what happens between two looks at the process tree, therefore wider than the
 * workflow's: address space is not among them, since V8 reserves far more than it uses.
 */
export function launcher(limits: Limits, layers: Layers, socat: string | null): string[] {
  // The user's processes of other attempts count too, and threads count as processes.
  const processes = limits.processes * 8 + (layers.user === null ? 4096 : 512);
  const blocks = Math.ceil((limits.bytes * 1.25) / 512) + 2048;
  const kilobytes = Math.ceil((limits.memory_bytes * 2) / 1024) + 1_048_576;
  const script = [
    // Only its own user may enter that folder, and bubblewrap is not that user yet.
    ...(layers.bubblewrap ? ['cd /cowork/work || exit 125'] : []),
    'ulimit -c 0',
    'ulimit -n 4096 2>/dev/null',
    `ulimit -f ${blocks} 2>/dev/null`,
    `ulimit -d ${kilobytes} 2>/dev/null`,
    `ulimit -u ${processes} 2>/dev/null || ulimit -p ${processes} 2>/dev/null`,
    ...(layers.network === 'by-name' && socat ? proxyBridge(socat) : []),
    'echo ready >&2',
    'read -r go || exit 125',
    // What shells add by themselves; the skill gets what is listed and nothing more.
    'unset PWD OLDPWD SHLVL _ go',
    'exec "$@" </dev/null 2>&1',
  ];
  return ['/bin/sh', '-c', script.join('\n'), 'sh'];
}

function proxyBridge(socat: string): string[] {
  const listen = `TCP-LISTEN:${PROXY_PORT},bind=127.0.0.1,reuseaddr,fork,backlog=64`;
  return [
    `${socat} ${listen} UNIX-CONNECT:${PROXY_INSIDE} </dev/null >/dev/null 2>&1 &`,
    // Retries until the listener above is there.
    `${socat} -u OPEN:/dev/null TCP:127.0.0.1:${PROXY_PORT},retry=100,interval=0.02 >/dev/null 2>&1`,
  ];
}
