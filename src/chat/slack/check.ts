import {
  counts,
  each,
  type Fault,
  type Faults,
  isObject,
  type Json,
  listAt,
  objectAt,
  texts,
  unique,
  walk,
} from '../faults.ts';
import { checkBlock } from './check-blocks.ts';
import { checkText, type Surface } from './check-elements.ts';
import { SLACK_LIMITS as MOST } from './limits.ts';

/**
 * What Slack would refuse in a message (`text`, `blocks`), a modal (`type: modal`) or an App Home (`type: home`), with a
 * JSON pointer each; empty where it would take it. `surface` says for which of them the blocks of a message are meant.
 */
export const checkSlack = (payload: unknown, surface: Surface = 'message'): Fault[] => [...faultsOf(payload, surface)];

function* faultsOf(payload: unknown, surface: Surface): Faults {
  if (!isObject(payload)) return yield { pointer: '', message: 'must be an object' };
  const view = payload.type === 'modal' || payload.type === 'home' ? payload.type : null;
  const where = view ?? surface;
  if (view === null) yield* texts(payload.text, '/text', MOST.text);
  else yield* view === 'modal' ? checkModal(payload) : checkHome(payload);
  yield* counts(payload.blocks, '/blocks', where === 'message' ? MOST.messageBlocks : MOST.viewBlocks);
  yield* each(payload.blocks, '/blocks', (block, at) => checkBlock(block, at, where));
  yield* checkWhole(payload, where);
}

function* checkModal(view: Json): Faults {
  yield* checkText(view.title, '/title', MOST.modalTitle);
  if (view.submit !== undefined) yield* checkText(view.submit, '/submit', MOST.modalButton);
  if (view.close !== undefined) yield* checkText(view.close, '/close', MOST.modalButton);
  yield* checkView(view);
  const asks = listAt(view.blocks).some((block) => objectAt(block).type === 'input');
  if (asks && view.submit === undefined) yield { pointer: '/submit', message: 'is needed beside an input' };
}

function* checkHome(view: Json): Faults {
  yield* checkView(view);
  for (const key of ['title', 'submit', 'close'])
    if (view[key] !== undefined) yield { pointer: `/${key}`, message: 'does not go into a home' };
}

function* checkView(view: Json): Faults {
  yield* texts(view.private_metadata, '/private_metadata', MOST.modalMetadata, 0);
  yield* texts(view.callback_id, '/callback_id', MOST.callbackId, 0);
}

/** What counts over a whole payload: its size, ids that may occur once, tables and charts. */
function* checkWhole(payload: Json, surface: Surface): Faults {
  const objects = [...walk(payload.blocks, '/blocks')];
  const ids = (key: string) =>
    objects.flatMap(({ value, pointer }) => {
      const id = value[key];
      return typeof id === 'string' ? [{ value: id, pointer: `${pointer}/${key}` }] : [];
    });
  yield* unique(ids('block_id'), 'block');
  yield* unique(ids('action_id'), 'action');
  const count = (...types: string[]) => objects.filter(({ value }) => types.includes(String(value.type))).length;
  if (count('table', 'data_table') > MOST.tables) yield { pointer: '/blocks', message: 'has more than one table' };
  if (count('data_visualization') > MOST.charts) yield { pointer: '/blocks', message: 'has more than two charts' };
  const [most, measured] = surface === 'message' ? [MOST.blocksJson, payload.blocks ?? []] : [MOST.viewJson, payload];
  const size = JSON.stringify(measured).length;
  if (size > most) yield { pointer: '/blocks', message: `is ${size} characters of JSON, at most ${most}` };
}
