import { fieldOf, type Payload } from '../../connect/payload.ts';
import type { SlackTeam } from '../slack.ts';

/** The app that an app-level token belongs to (`xapp-1-A0123-…`), by which payloads of another app are known. */
export const appOf = (appToken: string | null): string | null =>
  /^xapp-\d+-(A[A-Z0-9]+)-/.exec(appToken ?? '')?.[1] ?? null;

/**
 * Whether a payload belongs to our installation: it names our app, and our workspace or our organisation among those for
 * which it was sent. In a channel shared with another workspace, `team` may be theirs and the installation is named
 * elsewhere; who the person is, is judged by whoever lets them act.
 */
export function isOurs(body: Payload, team: Pick<SlackTeam, 'id' | 'enterprise'>, app: string | null): boolean {
  if (app !== null && typeof body.api_app_id === 'string' && body.api_app_id !== app) return false;
  const named = [...teamsOf(body)].filter((id) => typeof id === 'string');
  if (named.includes(team.id)) return true;
  return team.enterprise !== null && enterprisesOf(body).includes(team.enterprise) && isWholeOrganisation(body);
}

function teamsOf(body: Payload): unknown[] {
  const { authorizations, view } = body;
  const authorized = Array.isArray(authorizations) ? authorizations.map((one) => fieldOf(one, 'team_id')) : [];
  return [
    ...authorized,
    body.context_team_id,
    body.team_id,
    fieldOf(body.team, 'id'),
    fieldOf(view, 'app_installed_team_id'),
    fieldOf(view, 'team_id'),
    fieldOf(body.message, 'team'),
  ];
}

function enterprisesOf(body: Payload): unknown[] {
  const { authorizations } = body;
  const authorized = Array.isArray(authorizations) ? authorizations.map((one) => fieldOf(one, 'enterprise_id')) : [];
  return [...authorized, body.enterprise_id, fieldOf(body.enterprise, 'id')];
}

/** An app that an organisation installed for all its workspaces: there the workspace is not what binds. */
function isWholeOrganisation(body: Payload): boolean {
  const { authorizations } = body;
  const said = Array.isArray(authorizations)
    ? authorizations.map((one) => fieldOf(one, 'is_enterprise_install'))
    : [body.is_enterprise_install];
  return said.some((one) => one === true || one === 'true');
}
