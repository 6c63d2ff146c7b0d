import { refused } from '../errors.ts';
import { audit } from '../store/audit.ts';
import type { Via } from '../store/schema.ts';
import type { Gate } from './gate.ts';
import { noteRefused } from './refusal-trail.ts';
import { personByName } from './resolve.ts';
import { type NewSession, startSession } from './sessions.ts';
import { newToken, tokenHash } from './tokens.ts';

const LINK_MS = 15 * 60_000;

/**
 * Makes a one-time sign-in link for a listed person; the token is shown once and only its hash is stored. It lasts 15
 * minutes and works once. `madeBy` is the person who asked for it, or `service`. Refused for an unlisted person.
 */
export async function makeLoginLink(
  gate: Gate,
  request: { person: string; madeBy: string; via: Via; operator?: string | null },
): Promise<{ token: string; expires_at: Date }> {
  const { team } = (await gate.homes.active()).home;
  const { person } = request;
  if (!personByName(team, person)) {
    throw refused(`Nobody named ${person} is listed in cowork.yaml. It lists ${Object.keys(team.people).join(', ')}.`);
  }
  const at = gate.clock.now();
  const token = newToken();
  const expires_at = new Date(at.getTime() + LINK_MS);
  await gate.db.transaction().execute(async (tx) => {
    await tx
      .insertInto('login_links')
      .values({ token_hash: tokenHash(token), person, made_by: request.madeBy, made_at: at, expires_at })
      .execute();
    await audit(tx, {
      at,
      act: 'login.link_made',
      actor: request.madeBy,
      operator: request.operator,
      via: request.via,
      data: { person, expires_at: expires_at.toISOString() },
    });
  });
  return { token, expires_at };
}

/**
 * Trades a link's token for a session. The first use wins a compare-and-set; a used, expired or made-up link, and one of
 * a person who has left `cowork.yaml`, are refused with one sentence that tells a guesser nothing.
 */
export async function signIn(gate: Gate, token: string): Promise<NewSession> {
  const { team } = (await gate.homes.active()).home;
  const at = gate.clock.now();
  const session = await gate.db.transaction().execute(async (tx) => {
    const link = await tx
      .updateTable('login_links')
      .set({ used_at: at })
      .where('token_hash', '=', tokenHash(token))
      .where('used_at', 'is', null)
      .where('expires_at', '>', at)
      .returning('person')
      .executeTakeFirst();
    if (!link || !personByName(team, link.person)) return undefined;
    return startSession(tx, at, link.person, { by: 'link' });
  });
  if (session) return session;
  await noteRefused(gate, { via: 'console', person: null, what: await linkInWords(gate, token) });
  throw refused(
    'This sign-in link was used already, has expired or was never made. Ask for a new one: cowork-ops login <person>.',
  );
}

/** Whose link somebody tried in vain; one that was never made is anybody's. */
async function linkInWords({ db }: Gate, token: string): Promise<string> {
  const made = db.selectFrom('login_links').select('person').where('token_hash', '=', tokenHash(token));
  const link = await made.executeTakeFirst();
  return link ? `sign-in link of ${link.person}` : 'sign-in link that was never made';
}
