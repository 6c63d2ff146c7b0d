import { realpath } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { exampleHome } from './example.ts';

export interface HomeChoice {
  /** A command without COWORK_HOME goes on with the home that the data belongs to; a start names it or is refused. */
  command?: boolean;
  /** The operator said that this data shall go on with another home. */
  switchHome?: boolean;
}

/**
 * The absolute path of the home to use. Data belongs to the home it was last used with: another one (most often a
 * forgotten COWORK_HOME) would revoke its reviews and stop its schedules, so that is refused unless it is said. Leaving
 * the bundled example for a home of one's own needs no saying.
 */
export async function chooseHome(
  ground: Pick<Ground, 'db'>,
  config: Pick<Config, 'home' | 'data'>,
  { command = false, switchHome = false }: HomeChoice,
): Promise<string> {
  const known = await knownRoot(ground);
  if (config.home === null && command && known !== null) return known;
  const wanted = config.home ?? (await exampleHome(config.data));
  const root = await real(wanted);
  const example = await real(join(config.data, 'example-home'));
  if (known === null || known === root || switchHome || (known === example && config.home !== null)) return wanted;
  const said = config.home === null ? 'COWORK_HOME is not set' : `COWORK_HOME says ${config.home}`;
  throw refused(
    `The data in ${config.data} belongs to the home ${known}, and ${said}. Set COWORK_HOME to that home, set COWORK_DATA ` +
      'to another folder, or, to go on with the other home on this data, start once with: cowork-ops start --switch-home.',
  );
}

const real = (path: string): Promise<string> => realpath(path).catch(() => path);

async function knownRoot({ db }: Pick<Ground, 'db'>): Promise<string | null> {
  const row = await db
    .selectFrom('active_snapshot')
    .innerJoin('snapshots', 'snapshots.id', 'active_snapshot.snapshot_id')
    .select('snapshots.home')
    .executeTakeFirst();
  return (row?.home as { root?: string } | undefined)?.root ?? null;
}
