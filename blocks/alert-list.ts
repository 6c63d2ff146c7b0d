import type { Action } from '../src/message/action.ts';
import type { Text } from '../src/message/text.ts';
import { type MessageView, plainView } from '../src/message/view.ts';
import type { Failing } from '../src/reports/failing.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { join, runLink, time } from './say.ts';
import { personSpan, type Reader } from './time.ts';
import { counted, firstOf } from './words.ts';

const MOST = 10;
const MOST_BUTTONS = 5;
const LONGEST = 160;

/** What is wrong now, gravest first, each with who has it; the first that nobody has can be taken from here. */
export function alertListView(alerts: readonly Failing[], reader: Reader): MessageView {
  if (alerts.length === 0) return plainView('ok', ['Nothing is wrong: no alert is open.']);
  const free = alerts.filter(({ holder }) => holder === null);
  const head = `${counted(alerts.length, 'alert')} open, ${inHands(free.length, alerts.length)}.`;
  const actions = free.slice(0, MOST_BUTTONS).map(takeAction);
  return {
    summary: [[head]],
    parts: [
      { part: 'headline', tone: free.length > 0 ? 'fail' : 'warn', text: [head] },
      { part: 'prose', lines: firstOf(alerts, MOST, 'alert', (alert) => [lineOf(alert, reader)]) },
      ...(actions.length > 0 ? [{ part: 'actions' as const, actions }] : []),
    ],
    mentions: [],
  };
}

/** `2 alerts open, nobody has 1 of them`. */
function inHands(free: number, all: number): string {
  if (free === 0) return all === 1 ? 'somebody has it' : 'somebody has each of them';
  if (free === all) return all === 1 ? 'nobody has it' : 'nobody has any of them';
  return `nobody has ${free.toLocaleString('en-GB')} of them`;
}

/** `A-57 · [P1] FAIL monday-brief: SourceChanged — column amount is gone · since today 06:04 · Jon has it · monday-brief-…`. */
function lineOf(alert: Failing, reader: Reader): Text {
  const { alert_id, severity, kind, workflow, error, since, count, holder, run_id } = alert;
  const words = error?.message ? ` — ${oneLine(error.message, LONGEST)}` : '';
  const why = error ? `: ${oneLine(error.class, 60)}${words}` : '';
  return join(
    [
      [alert_id],
      [`[${severity}] ${kind.replace('_', ' ')} ${workflow ?? 'the product'}${why}`],
      ['since ', time(since), ...(count > 1 ? [`, ${count.toLocaleString('en-GB')} times`] : [])],
      holder ? [personSpan(holder, reader), ' has it'] : ['nobody has it'],
      run_id ? [runLink(run_id)] : [],
    ],
    ' · ',
  );
}

const takeAction = ({ alert_id }: Failing): Action => ({
  intent: 'acknowledge',
  subject: alert_id,
  label: `Acknowledge ${alert_id}`,
  style: 'plain',
});
