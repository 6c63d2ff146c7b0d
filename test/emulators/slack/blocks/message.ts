import type { Workspace } from '../workspace/workspace.ts';
import type { BlockFault, Faults } from './fault.ts';
import { block } from './kinds.ts';
import { atMost, onceInMessage, together } from './whole.ts';

const MOST = 50;

/** Everything that Slack holds against the blocks of a message. */
export function checkMessageBlocks(blocks: readonly unknown[], workspace: Workspace): BlockFault[] {
  return [...faults(blocks, workspace)];
}

function* faults(blocks: readonly unknown[], workspace: Workspace): Faults {
  yield* atMost(MOST, blocks, '/blocks');
  const place = { surface: 'message', workspace, host: '' } as const;
  for (const [index, one] of blocks.entries()) yield* block(one, `/blocks/${index}`, place);
  yield* together(blocks, '/blocks');
  yield* onceInMessage(blocks, '/blocks');
}
