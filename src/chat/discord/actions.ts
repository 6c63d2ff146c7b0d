import { type Action, encodeAction, handingOver, type LinkAction } from '../../message/action.ts';
import type { ActionRow, Button, Select } from './components.ts';
import { DISCORD_LIMITS } from './limits.ts';
import type { DiscordOptions } from './options.ts';

/**
 * Buttons in rows; two or more rare ones in a menu below. `from` is how many menus the message had before,
 * since an id is good once in a message.
 */
export function actionRows(
  actions: readonly (Action | LinkAction)[],
  from: number,
  options: DiscordOptions,
): ActionRow[] {
  const offered = actions.map(handingOver).filter((action) => action.intent !== 'open' || options.console !== null);
  const rare = offered.filter((action): action is Action => action.intent !== 'open' && action.rare === true);
  const hidden = rare.length > 1 ? rare : [];
  const buttons = offered.filter((action) => !(hidden as (Action | LinkAction)[]).includes(action));
  const rows = inRows(buttons).map((some) => ({
    type: 1 as const,
    components: some.map((each) => button(each, options)),
  }));
  return hidden.length > 0 ? [...rows, { type: 1, components: [menu(hidden, from)] }] : rows;
}

/** Rows of five: what does something first, then what only leads to a page; in a row of its own where one is not enough. */
function inRows(buttons: readonly (Action | LinkAction)[]): (Action | LinkAction)[][] {
  const most = DISCORD_LIMITS.rowButtons;
  const links = buttons.filter(({ intent }) => intent === 'open');
  const acts = buttons.filter(({ intent }) => intent !== 'open');
  const kinds = buttons.length <= most ? [[...acts, ...links]] : [acts, links];
  return kinds.flatMap((some) =>
    Array.from({ length: Math.ceil(some.length / most) }, (_, row) => some.slice(row * most, (row + 1) * most)),
  );
}

const STYLES = { primary: 1, plain: 2, danger: 4 } as const;

function button(action: Action | LinkAction, { console }: DiscordOptions): Button {
  if (action.intent === 'open') return { type: 2, style: 5, label: action.label, url: `${console}${action.path}` };
  return { type: 2, style: STYLES[action.style], label: action.label, custom_id: encodeAction(action) };
}

const menu = (actions: readonly Action[], from: number): Select => ({
  type: 3,
  custom_id: `more.${from}`,
  placeholder: 'More…',
  options: actions.map((action) => ({ label: action.label, value: encodeAction(action) })),
});
