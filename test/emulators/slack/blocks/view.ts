import type { Json } from '../shapes.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { BlockFault } from './fault.ts';

export function checkView(view: Json, type: 'modal' | 'home', _workspace: Workspace): BlockFault[] {
  if (view.type !== type) return [{ pointer: '/view/type', message: `must be ${type}` }];
  if (!Array.isArray(view.blocks)) return [{ pointer: '/view/blocks', message: 'missing required field: blocks' }];
  return view.blocks.length > 100 ? [{ pointer: '/view/blocks', message: 'no more than 100 items allowed' }] : [];
}
