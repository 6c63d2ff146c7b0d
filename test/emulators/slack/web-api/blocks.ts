import { checkMessageBlocks } from '../blocks/message.ts';
import { checkView } from '../blocks/view.ts';
import { Refusal } from '../refusal.ts';
import type { Json } from '../shapes.ts';
import type { Api, Method } from './method.ts';

/** Says what Slack would hold against one of blocks, a message or a view; nothing is kept. */
function validate({ workspace }: Api, args: Json): Json {
  const given = (['blocks', 'message', 'view'] as const).filter((name) => args[name] !== undefined);
  if (given.length !== 1) throw new Refusal('invalid_arguments');
  const view = args.view as Json | undefined;
  const blocks = (args.blocks ?? (args.message as Json | undefined)?.blocks) as Json[];
  const faults = view
    ? checkView(view, view.type === 'home' ? 'home' : 'modal', workspace)
    : checkMessageBlocks(blocks, workspace);
  if (faults.length === 0) return { valid: true, errors: [] };
  return { valid: false, errors: faults.map(({ pointer, message }) => ({ pointer, code: 'invalid', message })) };
}

export const blockMethods: Record<string, Method> = { 'blocks.validate': { scopes: [], run: validate } };
