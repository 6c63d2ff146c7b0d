import type { Team } from '../people/team.ts';
import { durationMs, type Severity } from '../values/scalars.ts';
import { addBusinessTime, sla } from '../workflows/business-hours.ts';

/** When a waiting item is reminded of, due (then the ops lead is told), and held. */
export interface Deadlines {
  remind_at: Date;
  due_at: Date;
  hold_at: Date;
}

/**
 * The deadlines of an item asked at `from`: a reminder at half of its severity's SLA, due at the whole of it, held after
 * a second one. P1 counts every hour, P2 and P3 the team's business hours. Nothing is ever decided by time.
 */
export function deadlines(team: Team, severity: Severity, from: Date): Deadlines {
  const half = durationMs(team.reviews.sla[severity]) / 2;
  const due_at = sla(team, severity, from);
  return {
    remind_at: severity === 'P1' ? new Date(from.getTime() + half) : addBusinessTime(team, from, half),
    due_at,
    hold_at: sla(team, severity, due_at),
  };
}
