import type { Severity } from '../values/scalars.ts';
import { alertsChannel, channelsOf, digestChannel, reviewsChannel } from '../workflows/channels.ts';
import type { Home } from '../workflows/home.ts';

/** What a place is used for by today's home. */
export interface WelcomeFact {
  place: string;
  /** Severities whose alerts come here. */
  alerts: Severity[];
  /** Workflows whose alerts come here, by name. */
  alerts_of: string[];
  /** Workflows whose items wait here for review, by name. */
  reviews_of: string[];
  digest: boolean;
  /** What cannot be said at its own place is said here. */
  fallback: boolean;
}

const CONSOLE = 'console:';

/** What comes to a place (`console:cowork-ops`, `slack:C…`); null for a place that is one person's own. */
export function welcomeFact({ team, workflows }: Pick<Home, 'team' | 'workflows'>, place: string): WelcomeFact | null {
  if (place.startsWith(`${CONSOLE}@`)) return null;
  const here = new Set(
    channelsOf({ team, workflows }).filter(
      (channel) =>
        place === `${CONSOLE}${channel}` ||
        (Object.hasOwn(team.channels, channel) && team.channels[channel]?.includes(place)),
    ),
  );
  const all = Object.values(workflows).sort((a, b) => (a.name < b.name ? -1 : 1));
  const alerting = all.filter((workflow) => here.has(alertsChannel(team, workflow.spec.severity, workflow)));
  const severities = (['P1', 'P2', 'P3'] as const).filter(
    (severity) =>
      here.has(alertsChannel(team, severity)) || alerting.some((workflow) => workflow.spec.severity === severity),
  );
  return {
    place,
    alerts: severities,
    alerts_of: alerting.map(({ name }) => name),
    reviews_of: all.filter((workflow) => here.has(reviewsChannel(team, workflow))).map(({ name }) => name),
    digest: team.digests.daily !== undefined && here.has(digestChannel(team)),
    fallback: team.alerts.fallback.includes(place),
  };
}
