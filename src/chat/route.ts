import { ELSEWHERE } from '../message/platform.ts';
import { personByName, resolvePeople } from '../people/resolve.ts';
import type { Tx } from '../store/db.ts';
import { type Notice, subjectOf } from '../store/outbox.ts';
import type { Home } from '../workflows/home.ts';
import { platformOf } from './adapter.ts';
import { alertsChannel, digestChannel, reviewsChannel } from './channels.ts';
import { type Facts, readFacts } from './route-facts.ts';

/**
 * Alerts that a place cannot be reached, that it did not take a message, that one was deleted there, cannot be changed any
 * more, or may be there twice; each names the place.
 */
export const unreachableKey = (place: string): string => `UNREACHABLE:${place}`;
export const refusedKey = (place: string): string => `UNREACHABLE:${place} refused`;
export const deletedKey = (place: string): string => `UNREACHABLE:${place} deleted`;
export const fixedKey = (place: string): string => `UNREACHABLE:${place} fixed`;
export const twinKey = (place: string): string => `UNREACHABLE:${place} twin`;
const placeOfKey = (key: string): string => key.slice('UNREACHABLE:'.length).split(' ')[0] ?? '';

/** Where a notice goes: a logical channel, a person, concrete places, or nowhere, because it has nothing to tell. */
export type Route =
  | { to: 'channel'; channel: string }
  | { to: 'people'; people: readonly string[] }
  /** The team's fallback places and the console's channel, never the place that the trouble is about. */
  | { to: 'fallback'; channel: string; never: string }
  | { to: 'place'; place: string }
  | null;

/** The concrete places of a route: the console always, a chat only where its adapter is on. */
export function placesOf({ team }: Pick<Home, 'team'>, route: Route, platforms: ReadonlySet<string>): string[] {
  const on = (place: string) => platforms.has(platformOf(place));
  const concrete = (channel: string) => (Object.hasOwn(team.channels, channel) ? (team.channels[channel] ?? []) : []);
  const places = (): string[] => {
    switch (route?.to) {
      case undefined:
        return [];
      case 'channel':
        return [`console:${route.channel}`, ...concrete(route.channel)];
      case 'people':
        return route.people.flatMap((person) => [`console:@${person}`, ...directPlaces(team, person)]);
      case 'fallback':
        return [`console:${route.channel}`, ...team.alerts.fallback.filter((place) => place !== route.never)];
      case 'place':
        return [route.place];
    }
  };
  return [...new Set(places().filter(on))];
}

/** The private places of a person in the chats that know them: `slack:@maya`. */
const directPlaces = (team: Home['team'], person: string): string[] =>
  ELSEWHERE.flatMap((platform) =>
    personByName(team, person)?.[platform] === undefined ? [] : [`${platform}:@${person}`],
  );

/** Whether today's home names a place: in a list of places, or as a person whom the platform knows. */
export function namesPlace({ team }: Pick<Home, 'team'>, place: string): boolean {
  const { channels, alerts, people } = team;
  if ([...Object.values(channels), alerts.fallback].some((places) => places.includes(place))) return true;
  return Object.keys(people).some((person) => directPlaces(team, person).includes(place));
}

/**
 * The places that each notice concerns, by subject: those of its route by today's home, and those that hold a message
 * about it already, so that no old button stays behind where a channel was moved.
 */
export async function routeAll(
  tx: Tx,
  home: Home,
  notices: readonly Notice[],
  platforms: ReadonlySet<string>,
): Promise<Map<string, string[]>> {
  const facts = await readFacts(tx, notices);
  const routes = notices.map((notice) => [
    subjectOf(notice),
    new Set([
      ...placesOf(home, routeOf(home, notice, facts), platforms),
      ...(facts.told.get(subjectOf(notice)) ?? []).filter((place) => platforms.has(platformOf(place))),
    ]),
  ]) satisfies [string, Set<string>][];
  return new Map(routes.map(([subject, places]) => [subject, [...places]]));
}

/** Where one notice goes by today's home. A fact that is not there (any more) has nothing to tell. */
export function routeOf({ team, workflows }: Home, notice: Notice, facts: Facts): Route {
  const workflowOf = (name: string | null) =>
    name !== null && Object.hasOwn(workflows, name) ? workflows[name] : undefined;
  switch (notice.kind) {
    case 'run': {
      const run = facts.runs.get(notice.run_id);
      // Loud on failure (its alert), silent on success: only T1 is "deliver and notify". What was reviewed says so itself.
      if (run?.tier !== 'T1' || run.route !== 'promoted' || run.review_id !== null) return null;
      return { to: 'channel', channel: reviewsChannel(team, workflowOf(run.workflow)) };
    }
    case 'review': {
      const review = facts.reviews.get(notice.review_id);
      return review ? { to: 'channel', channel: reviewsChannel(team, workflowOf(review.workflow)) } : null;
    }
    case 'alert': {
      const alert = facts.alerts.get(notice.alert_id);
      if (!alert) return null;
      const channel = alertsChannel(team, alert.severity, workflowOf(alert.workflow));
      if (alert.kind !== 'UNREACHABLE') return { to: 'channel', channel };
      return { to: 'fallback', channel, never: placeOfKey(alert.key) };
    }
    case 'pause': {
      const pause = facts.pauses.get(notice.pause_id);
      if (!pause) return null;
      const workflow = workflowOf(pause.workflow);
      return { to: 'channel', channel: alertsChannel(team, workflow?.spec.severity ?? 'P2', workflow) };
    }
    case 'feedback': {
      const feedback = facts.feedback.get(notice.feedback_id);
      return feedback ? { to: 'people', people: resolvePeople(team, [feedback.owner]) } : null;
    }
    case 'digest':
      return { to: 'channel', channel: digestChannel(team) };
    case 'welcome':
      return { to: 'place', place: notice.place };
  }
}
