import { FenceError } from './fence-error.ts';

/** Options by which a skill could take back what the permission model denies; Node also reads `_` for `-`. */
const LOOSENING =
  /^--(allow[-_]|no[-_]permission|permission|experimental[-_]permission|env[-_]file|inspect|experimental[-_](default[-_])?config)/;

/**
 * The words of a skill that begins with Node, with Node's permission model switched on: files below `reads` may be
 * read, below `writes` read and written, nothing else; no child processes, workers, add-ons or inspector. The model does
 * not cover the network.
 *
 * @throws FenceError when the skill's own words, or a star in a path, would loosen it
 */
export function permissionWords(words: string[], reads: string[], writes: string[]): string[] {
  const [node = '', ...rest] = words;
  const loosening = rest.find((word) => LOOSENING.test(word));
  if (loosening !== undefined) {
    throw new FenceError(
      'FenceBroken',
      `run holds ${loosening}, which would loosen the fence of this host. Leave it out, or run the skill where bubblewrap works.`,
    );
  }
  // Node takes a star in a path for "whatever follows", so that such a grant would open more than it says.
  const star = [...reads, ...writes].find((path) => path.includes('*'));
  if (star !== undefined) {
    throw new FenceError(
      'FenceBroken',
      `The path ${star} holds a *, which the fence of this host cannot grant alone. Move COWORK_DATA and the home to folders without one.`,
    );
  }
  const grants = [
    ...[...new Set([...reads, ...writes])].map((path) => `--allow-fs-read=${path}`),
    ...writes.map((path) => `--allow-fs-write=${path}`),
  ];
  return [node, '--permission', ...grants, ...rest];
}
