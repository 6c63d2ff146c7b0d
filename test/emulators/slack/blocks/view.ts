import type { Json } from '../shapes.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { BlockFault, Faults, Place, Rule } from './fault.ts';
import { block } from './kinds.ts';
import { plain } from './objects.ts';
import { flag, isObject, may, oneOf, shape, string } from './rules.ts';
import { atMost, together } from './whole.ts';

const MOST = 100;

/** What is checked by itself, since it needs to know on which surface it stands. */
const blocks: Rule = function* () {};

const common = {
  blocks,
  private_metadata: may(string({ min: 0, max: 3000 })),
  callback_id: may(string({ min: 0, max: 255 })),
  external_id: may(string({ min: 0, max: 255 })),
};

const MODAL = shape({
  type: oneOf('modal'),
  title: plain(24),
  submit: may(plain(24)),
  close: may(plain(24)),
  clear_on_close: may(flag),
  notify_on_close: may(flag),
  submit_disabled: may(flag),
  ...common,
});
const HOME = shape({ type: oneOf('home'), ...common });

/** Everything that Slack holds against a view. */
export function checkView(view: Json, type: 'modal' | 'home', workspace: Workspace): BlockFault[] {
  return [...faults(view, { surface: type, workspace, host: '' })];
}

function* faults(view: Json, place: Place): Faults {
  yield* (place.surface === 'home' ? HOME : MODAL)(view, '/view', place);
  if (!Array.isArray(view.blocks)) return;
  yield* atMost(MOST, view.blocks, '/view/blocks');
  for (const [index, one] of view.blocks.entries()) yield* block(one, `/view/blocks/${index}`, place);
  yield* together(view.blocks, '/view/blocks');
  const asks = view.blocks.some((one: unknown) => isObject(one) && one.type === 'input');
  if (place.surface === 'modal' && asks && view.submit === undefined) {
    yield { pointer: '/view', message: 'missing required field: submit (there are input blocks)' };
  }
}
