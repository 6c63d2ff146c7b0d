import type { Workspace } from '../workspace/workspace.ts';

/** What Slack holds against blocks, and where (a JSON pointer). */
export interface BlockFault {
  pointer: string;
  message: string;
  /** Slack's own code where it is not `invalid_blocks`. */
  code?: string;
}

export type Surface = 'message' | 'modal' | 'home';

/** Where something stands while it is checked. */
export interface Place {
  surface: Surface;
  workspace: Workspace;
  /** Kind of the block around an element. */
  host: string;
}

export type Faults = Generator<BlockFault>;

/** Holds one value against one rule of the reference. */
export type Rule = (value: unknown, pointer: string, place: Place) => Faults;
