/** The workspace of the bench, as `auth.test` tells of it. */
export const TEAM = { team_id: 'T0BENCH', team: 'Bench', url: 'https://bench.slack.com/' };
export const BOT = { user_id: 'U0BENCHBOT', bot_id: 'B0BENCHBOT' };
/** Ana's id there. */
export const ANA = 'U0BENCHANA';
export const SECRET = 'a-signing-secret-of-the-bench';

/** One click: what of the template is named otherwise. */
export interface Clicked {
  names: Record<string, string>;
  /** Path at which its private answer is awaited. */
  address: string;
}

/** Clicks that are prepared, and then sent to one door. */
export interface Round {
  door: string;
  secret: string;
  /** A payload, as JSON. */
  template: string;
  clicks: Clicked[];
  /** At once: a click is over when it was answered, or where no answer comes, acknowledged; a pace waits for nothing. */
  pace: { atOnce: number } | { perSecond: number };
  /** Whether each is answered privately. */
  answers: boolean;
}
