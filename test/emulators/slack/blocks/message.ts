import type { Json } from '../shapes.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { BlockFault } from './fault.ts';

export function checkMessageBlocks(blocks: readonly Json[], _workspace: Workspace): BlockFault[] {
  return blocks.length > 50 ? [{ pointer: '/blocks', message: 'no more than 50 items allowed' }] : [];
}
