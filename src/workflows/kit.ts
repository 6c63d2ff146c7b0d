import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { hashSkillFolder } from '../skills/hash.ts';

/** The home's `checks/` folder: the scripts of checks of kind `command`. */
export interface Kit {
  /** Paths of its files, relative to it. */
  names: Set<string>;
  /** Content hash, or why there is none; undefined where the folder does not exist. */
  hashed: Awaited<ReturnType<typeof hashSkillFolder>> | undefined;
}

/** Reads `checks/`, if there is one. */
export async function readKit(root: string): Promise<Kit> {
  const there = await stat(join(root, 'checks')).catch(() => undefined);
  if (!there?.isDirectory()) return { names: new Set(), hashed: undefined };
  const hashed = await hashSkillFolder(join(root, 'checks'));
  return { names: new Set(hashed.ok ? hashed.files.map(({ path }) => path) : []), hashed };
}
