import type { Words } from '../errors.ts';
import { clockText } from '../message/clock-words.ts';
import { command } from '../message/text.ts';
import { shortName } from '../people/names.ts';
import type { Team } from '../people/team.ts';
import type { AlertRow } from '../store/schema.ts';
import { alertName } from './list.ts';

/** Who has it: whom it was given to last, else who acknowledged it; null while nobody has. */
export const holderOf = (alert: Pick<AlertRow, 'assigned_to' | 'acknowledged_by'>): string | null =>
  alert.assigned_to ?? alert.acknowledged_by;

/** Until when repeats ping nobody; null where they do. */
export const silencedUntil = (alert: Pick<AlertRow, 'silenced_until'>, now: Date): Date | null =>
  alert.silenced_until && alert.silenced_until > now ? alert.silenced_until : null;

/** When the last silence ended, where it has come again since: then it pings anew. Null before, and while it is silenced. */
export const silenceOver = ({ silenced_until, last_at }: Pick<AlertRow, 'silenced_until' | 'last_at'>): Date | null =>
  silenced_until && silenced_until < last_at ? silenced_until : null;

/** For whom and when a sentence is said. */
interface Telling {
  team: Team;
  now: Date;
  /** About confidential or restricted work: what a person wrote about it is left out. */
  closed: boolean;
}

/** How things stand with an alert that is over, as a calm sentence; null while it is open. */
export function closedSentence(alert: AlertRow, { team, now, closed }: Telling): string | null {
  if (alert.state === 'open' || alert.state === 'acknowledged') return null;
  const name = alertName(alert.id);
  const when = alert.ended_at ? ` ${clockText(alert.ended_at, { now, zone: team.timezone })}` : '';
  // The words of a recovery are the product's own.
  const told = alert.state === 'recovered' || !closed ? alert.ended_reason : null;
  const why = told ? `: ${told.replace(/\.$/, '')}` : '';
  return alert.state === 'resolved'
    ? `${name} was resolved by ${shortName(team, alert.ended_by ?? '')}${when}${why}. Nothing changed.`
    : `${name} recovered${when}${why}. Nothing changed.`;
}

/** `A-57 was acknowledged by Jon today 06:06. Nothing changed.` */
export function acknowledgedSentence(alert: AlertRow, team: Team, now: Date): string {
  const when = alert.acknowledged_at ? ` ${clockText(alert.acknowledged_at, { now, zone: team.timezone })}` : '';
  const who = shortName(team, alert.acknowledged_by ?? '');
  return `${alertName(alert.id)} was acknowledged by ${who}${when}. Nothing changed.`;
}

/** `A-57 was given to Ana by Jon today 06:06. Nothing changed.` */
export function assignedSentence(alert: AlertRow, team: Team, now: Date): string {
  const when = alert.assigned_at ? ` ${clockText(alert.assigned_at, { now, zone: team.timezone })}` : '';
  const [to, by] = [alert.assigned_to, alert.assigned_by].map((person) => shortName(team, person ?? ''));
  return `${alertName(alert.id)} was given to ${to} by ${by}${when}. Nothing changed.`;
}

/** `A-57 is silenced until tomorrow 09:00 (Europe/Berlin) by Jon: ledger moves. Nothing changed. …` */
export function silencedSentence(alert: AlertRow, { team, now, closed }: Telling): Words {
  const until = alert.silenced_until
    ? `${clockText(alert.silenced_until, { now, zone: team.timezone })} (${team.timezone})`
    : '';
  const name = alertName(alert.id);
  const why = alert.silence_reason && !closed ? `: ${alert.silence_reason.replace(/\.$/, '')}` : '';
  const stands = `${name} is silenced until ${until} by ${shortName(team, alert.silenced_by ?? '')}${why}. Nothing changed.`;
  return [`${stands} To end it before: `, command(`alert silence ${name} off`), '.'];
}
