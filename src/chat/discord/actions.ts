import { type Action, encodeAction, handingOver, type LinkAction } from '../../message/action.ts';
import type { ActionRow, Button } from './components.ts';
import { DISCORD_LIMITS } from './limits.ts';
import type { DiscordOptions } from './options.ts';

/**
 * Buttons in rows, rare acts last. In a message for many, two or more rare ones about an alert stand behind one that shows
 * the alert to whoever presses it, with all of them. No menu: Discord's client goes on showing what was chosen in one, and
 * choosing it again in a message that did not change meanwhile sends nothing, as after a form that was closed.
 */
export function actionRows(actions: readonly (Action | LinkAction)[], options: DiscordOptions): ActionRow[] {
  const offered = actions.map(handingOver).filter((action) => action.intent !== 'open' || options.console !== null);
  const rare = offered.filter((action): action is Action => action.intent !== 'open' && action.rare === true);
  const more = options.alone === true || rare.length < 2 ? null : moreOf(rare);
  const last = more === null || isAmong(offered, more) ? rare : [more];
  const first = offered.filter((action) => !(rare as readonly (Action | LinkAction)[]).includes(action));
  return inRows([...first, ...last]).map((some) => ({
    type: 1 as const,
    components: some.map((each) => button(each, options)),
  }));
}

/** Shows the one alert that they are about; null where they are about none, or several. */
function moreOf(rare: readonly Action[]): Action | null {
  const [alert, ...others] = new Set(rare.map(({ subject }) => subject).filter((subject) => /^A-\d+$/.test(subject)));
  if (alert === undefined || others.length > 0) return null;
  return { intent: 'command', subject: `alert show ${alert}`, label: 'More…', style: 'plain' };
}

/** An id is good once in a message. */
const isAmong = (offered: readonly (Action | LinkAction)[], { intent, subject }: Action): boolean =>
  offered.some((one) => one.intent === intent && one.subject === subject);

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
