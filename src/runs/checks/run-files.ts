import { join } from 'node:path';
import picomatch from 'picomatch';
import { systemCode } from '../../errors.ts';
import { listFiles } from '../files-hash.ts';
import { NotThere } from './check.ts';

/** The files of one run as checks name them: an output's path, or `steps/<id>/<path>`. */
export interface RunFiles {
  /** Absolute path of a named file; `NotThere` when it is no regular file of the run. */
  find(name: string): string;
  has(name: string): boolean;
  /**
   * Names that fit any of the globs, sorted as bytes, each once. `*` does not cross folders, `**` does, both see
   * dotfiles. A glob that begins with `steps/` is looked for among the steps, any other among the outputs. A name that
   * exists literally always fits itself, whatever signs it holds.
   */
  select(globs: readonly string[]): string[];
  /** The names among these that stand for one file (no glob signs) and are not there. */
  absent(names: readonly string[]): string[];
}

const STEPS = 'steps/';
const GLOB_SIGNS = /[*?[\]{}!()]/;

/** Whether a path fits a glob, as home-format means it. */
export const globMatcher = (glob: string): ((path: string) => boolean) =>
  picomatch(glob, { dot: true, nonegate: true, noextglob: true, strictSlashes: true });

const existing = async (folder: string): Promise<string[]> => {
  try {
    return await listFiles(folder);
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return [];
    throw error;
  }
};

/**
 * Lists a run's folders once. `steps/…` always means the folders of the steps, so an output in a folder of that name is
 * reached by a glob such as `**` only.
 */
export const runFiles = async (outputsDir: string, stepsDir: string): Promise<RunFiles> => {
  const outputs = await existing(outputsDir);
  const steps = (await existing(stepsDir)).map((path) => STEPS + path);
  const places = new Map<string, string>();
  for (const path of outputs) places.set(path, join(outputsDir, path));
  for (const path of steps) places.set(path, join(stepsDir, path.slice(STEPS.length)));
  const find = (name: string): string => {
    const place = places.get(name);
    if (place === undefined) throw new NotThere(`${name} is missing`);
    return place;
  };
  return {
    find,
    has: (name) => places.has(name),
    select(globs) {
      const matches = globs.map((glob) => {
        const fits = globMatcher(glob);
        const among = glob.startsWith(STEPS) ? steps : outputs;
        return among.filter((path) => path === glob || fits(path));
      });
      return [...new Set(matches.flat())].sort((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    },
    absent: (names) => names.filter((name) => !GLOB_SIGNS.test(name) && !places.has(name)),
  };
};
