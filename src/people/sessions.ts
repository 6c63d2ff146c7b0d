import { audit } from '../store/audit.ts';
import type { Tx } from '../store/db.ts';
import type { Gate } from './gate.ts';
import { personByName } from './resolve.ts';
import { newToken, sameSecret, tokenHash } from './tokens.ts';

// A day's work without signing in twice, and never longer than a week.
const IDLE_MS = 12 * 3_600_000;
const LONGEST_MS = 7 * 86_400_000;
// `seen_at` is written at most this often, so that reading a page is not a write.
const TOUCH_MS = 60_000;

export interface NewSession {
  /** For the cookie; only its hash is stored. */
  token: string;
  /** For the forms of this session. */
  csrf: string;
  person: string;
  expires_at: Date;
}

export interface Session {
  person: string;
  csrf: string;
  started_at: Date;
  expires_at: Date;
}

/** Begins a console session of `person` in the caller's transaction. `by`: how they proved who they are. */
export async function startSession(
  tx: Tx,
  at: Date,
  person: string,
  { by }: { by: 'link' | 'example' },
): Promise<NewSession> {
  const session = { token: newToken(), csrf: newToken(), person, expires_at: new Date(at.getTime() + LONGEST_MS) };
  await tx
    .insertInto('sessions')
    .values({
      token_hash: tokenHash(session.token),
      person,
      csrf: session.csrf,
      started_at: at,
      seen_at: at,
      expires_at: session.expires_at,
    })
    .execute();
  await audit(tx, { at, act: 'login.signed_in', actor: person, via: 'console', data: { by } });
  return session;
}

/**
 * Who holds this cookie, or null. A session ends 12 hours after it was last used, 7 days after it began, and at once
 * when its person has left `cowork.yaml`. `touch: false` only looks: it does not count as use.
 */
export async function readSession(gate: Gate, token: string, { touch = true } = {}): Promise<Session | null> {
  const at = gate.clock.now();
  const token_hash = tokenHash(token);
  const row = await gate.db
    .selectFrom('sessions')
    .selectAll()
    .where('token_hash', '=', token_hash)
    .where('ended_at', 'is', null)
    .where('expires_at', '>', at)
    .where('seen_at', '>', new Date(at.getTime() - IDLE_MS))
    .executeTakeFirst();
  if (!row) return null;
  const { team } = (await gate.homes.active()).home;
  if (!personByName(team, row.person)) {
    await endSession(gate, token, 'left cowork.yaml');
    return null;
  }
  if (touch && at.getTime() - row.seen_at.getTime() >= TOUCH_MS) {
    await gate.db.updateTable('sessions').set({ seen_at: at }).where('token_hash', '=', token_hash).execute();
  }
  return { person: row.person, csrf: row.csrf, started_at: row.started_at, expires_at: row.expires_at };
}

/** Ends the session of this cookie. Ending it twice, or one that never was, changes nothing. */
export const signOut = (gate: Gate, token: string): Promise<void> => endSession(gate, token, 'signed out');

async function endSession(gate: Gate, token: string, why: string): Promise<void> {
  const at = gate.clock.now();
  await gate.db.transaction().execute(async (tx) => {
    const ended = await tx
      .updateTable('sessions')
      .set({ ended_at: at })
      .where('token_hash', '=', tokenHash(token))
      .where('ended_at', 'is', null)
      .returning('person')
      .executeTakeFirst();
    if (ended) await audit(tx, { at, act: 'login.signed_out', actor: ended.person, via: 'console', data: { why } });
  });
}

/** Whether a form carries this session's secret. */
export const csrfMatches = (session: Session, given: string | undefined): boolean =>
  given !== undefined && sameSecret(session.csrf, given);
