import type { Severity } from '../values/scalars.ts';
import type { Home, Workflow } from './home.ts';

export const OPS_CHANNEL = 'cowork-ops';
export const REVIEWS_CHANNEL = 'reviews';

type Team = Home['team'];

/** Where alerts of this severity go: the workflow's own channel, the team's for the severity, else `cowork-ops`. */
export const alertsChannel = (team: Team, severity: Severity, workflow?: Workflow): string =>
  workflow?.spec.channels?.alerts ?? team.alerts[severity]?.channel ?? OPS_CHANNEL;

/** Where items of this workflow wait for review. */
export const reviewsChannel = (team: Team, workflow?: Workflow): string =>
  workflow?.spec.channels?.reviews ?? team.reviews.channel ?? REVIEWS_CHANNEL;

/** Where the daily digest goes. */
export const digestChannel = (team: Team): string => team.digests.daily?.channel ?? OPS_CHANNEL;

/** Every logical channel that this home names or can send anything to: alerts first, then reviews, then by name. */
export function channelsOf({ team, workflows }: Pick<Home, 'team' | 'workflows'>): string[] {
  const severities = ['P1', 'P2', 'P3'] as const;
  const first = [...severities.map((severity) => alertsChannel(team, severity)), digestChannel(team)];
  const own = Object.values(workflows).flatMap((workflow) => [
    alertsChannel(team, workflow.spec.severity, workflow),
    reviewsChannel(team, workflow),
  ]);
  return [...new Set([...first, reviewsChannel(team), ...[...Object.keys(team.channels), ...own].sort()])];
}
