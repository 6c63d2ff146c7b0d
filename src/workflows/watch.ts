import { relative, sep } from 'node:path';
import { watch } from 'chokidar';
import { HOME_PARTS } from './fingerprint.ts';

/**
 * Calls `touched` whenever something the home is read from is written, and `failed` once if the system cannot watch
 * (too many watches, a network disk): the slow look remains. Returns when it watches.
 */
export async function watchHome(
  root: string,
  touched: () => void,
  failed: (error: unknown) => void,
): Promise<{ close(): Promise<void> }> {
  const watcher = watch(root, {
    ignoreInitial: true,
    followSymlinks: false,
    ignored: (path) => {
      const first = relative(root, path).split(sep)[0] ?? '';
      return first !== '' && !HOME_PARTS.includes(first);
    },
  });
  let broken = false;
  watcher.on('all', touched);
  watcher.on('error', (error) => {
    if (!broken) failed(error);
    broken = true;
  });
  await new Promise<void>((resolve) => {
    watcher.once('ready', () => resolve());
    watcher.once('error', () => resolve());
  });
  return { close: () => watcher.close() };
}
