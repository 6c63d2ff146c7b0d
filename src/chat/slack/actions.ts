import { type Action, encodeAction, handingOver, type LinkAction } from '../../message/action.ts';
import { clean, cutUnits } from '../../message/clean.ts';
import type { Actions } from '../../message/view.ts';
import { type Block, type Button, type ConfirmObject, type Option, type Overflow, plainObject } from './block-kit.ts';
import { SLACK_LIMITS } from './limits.ts';
import type { SlackOptions } from './options.ts';

/** Rare acts that stand open where there are no others. */
const FEW = 4;

type Asked = Action | LinkAction;

/**
 * Buttons, and the rare ones in overflow menus behind them. `from` is how many actions the message had before, since
 * an action id is good once in a message.
 */
export function actionBlocks({ actions }: Actions, from: number, options: SlackOptions): Block[] {
  const named = actions
    .map(handingOver)
    .map((action, index) => ({ action, id: `${action.intent}.${from + index}` }))
    .filter(({ action }) => action.intent !== 'open' || options.console !== null);
  const rare = named.filter(({ action }) => overflows(action, options));
  // A menu with nothing before it would hide all that there is.
  const hidden = rare.length === named.length && rare.length <= FEW ? [] : rare;
  const shown = named.filter((each) => !hidden.includes(each));
  const elements = [
    ...shown.map(({ action, id }) => button(action, id, options)),
    ...chunks(hidden, SLACK_LIMITS.overflowOptions).map((menu) => overflow(menu, options)),
  ];
  return chunks(elements, SLACK_LIMITS.actionElements).map((some) => ({ type: 'actions', elements: some }));
}

/** A menu has one confirmation for all of it and short values, so what confirms or carries more stays a button. */
const overflows = (action: Asked, options: SlackOptions): boolean =>
  action.rare === true &&
  (action.intent === 'open'
    ? address(action, options).length <= SLACK_LIMITS.url
    : encodeAction(action).length <= SLACK_LIMITS.optionValue && (!action.confirm || action.ask !== undefined));

const address = ({ path }: LinkAction, { console }: SlackOptions): string => `${console}${path}`;

function button(action: Asked, id: string, options: SlackOptions): Button {
  const text = plainObject(action.label);
  if (action.intent === 'open') {
    const accessibility_label = label(`${action.label} in the console`);
    return { type: 'button', action_id: id, text, url: address(action, options), accessibility_label };
  }
  return {
    type: 'button',
    action_id: id,
    text,
    value: encodeAction(action),
    ...(action.style === 'plain' ? {} : { style: action.style }),
    // Where a form follows, it says what will happen; two questions one after the other would only be clicked away.
    ...(action.confirm && !action.ask ? { confirm: confirmation(action) } : {}),
    accessibility_label: label(spoken(action)),
  };
}

/** `Approve R-128, asks first`, `Silence A-57, opens a form`: a button by itself, for who hears it without its message. */
function spoken({ intent, label, subject, ask, confirm }: Action): string {
  const verb = label.replace(/…$/, '');
  const what = intent === 'command' || verb.includes(subject) ? verb : `${verb} ${subject}`;
  const next = ask ? ', opens a form' : confirm ? ', asks first' : '';
  return `${cutUnits(what, SLACK_LIMITS.accessibilityLabel - next.length)}${next}`;
}

const label = (text: string): string => cutUnits(clean(text), SLACK_LIMITS.accessibilityLabel);

function confirmation({ confirm, style }: Action): ConfirmObject {
  return {
    title: plainObject(confirm?.title ?? ''),
    text: plainObject(confirm?.text ?? ''),
    confirm: plainObject(confirm?.yes ?? ''),
    deny: plainObject('Cancel'),
    ...(style === 'danger' ? { style } : {}),
  };
}

function overflow(menu: { action: Asked; id: string }[], options: SlackOptions): Overflow {
  const entries = menu.map(({ action }): Option => {
    const text = plainObject(cutUnits(action.label, SLACK_LIMITS.optionText));
    if (action.intent !== 'open') return { text, value: encodeAction(action) };
    // Slack wants a value beside the address; it comes back from the click and means nothing.
    return { text, value: 'open', url: address(action, options) };
  });
  return { type: 'overflow', action_id: `more.${menu[0]?.id ?? ''}`, options: entries };
}

const chunks = <Item>(items: readonly Item[], size: number): Item[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size));
