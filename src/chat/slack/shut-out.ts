/** What Slack says where it is the token, the app or the workspace as a whole that is not let in, and by waiting is again. */
const FOR_A_WHILE = ['org_login_required', 'team_added_to_org'] as const;

/** The same, until a person mends it. */
const UNTIL_MENDED = [
  'access_denied',
  'ekm_access_denied',
  'token_revoked',
  'token_expired',
  'invalid_auth',
  'not_authed',
  'not_allowed_token_type',
  'account_inactive',
  'user_removed_from_team',
  'accesslimited',
  'team_disabled',
  'team_access_not_granted',
  'invalid_api_url',
] as const;

/** Slack's words for what is so for every call, whatever it is about: nothing reaches any place, and nothing is heard. */
export const SHUT_OUT: ReadonlySet<string> = new Set([...FOR_A_WHILE, ...UNTIL_MENDED]);

/** Why Slack does not let us in, where no waiting heals it. Without its one scope a socket is not opened either. */
export const NO_WAITING_HEALS = new RegExp(`^(${[...UNTIL_MENDED, 'missing_scope'].join('|')})$`);
