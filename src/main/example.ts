import { cp, mkdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const BUNDLED = fileURLToPath(new URL('../../examples/home', import.meta.url));

/**
 * The example home of a data folder: copied there once from the bundled one, so that trying it out changes nothing in
 * the program's own folder. Returns its absolute path.
 */
export async function exampleHome(data: string): Promise<string> {
  const target = join(data, 'example-home');
  if (await stat(target).catch(() => undefined)) return target;
  await mkdir(data, { recursive: true, mode: 0o711 });
  const partial = join(data, `.example-home.${process.pid}`);
  await rm(partial, { recursive: true, force: true });
  await cp(BUNDLED, partial, { recursive: true });
  // Another process may have been quicker; its copy is as good as ours.
  await rename(partial, target).catch(() => rm(partial, { recursive: true, force: true }));
  return target;
}
