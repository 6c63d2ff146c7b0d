import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { personByName } from '../people/resolve.ts';
import { csrfMatches, type NewSession, readSession, type Session, startSession } from '../people/sessions.ts';
import { type Exposure, mayChoosePerson } from './guard.ts';
import type { Viewer } from './pages/layout.ts';

const NAME = 'cowork_session';

/** Browsers keep one cookie jar per host, not per port: two products on one machine must not overwrite each other. */
const cookieName = (exposure: Exposure, port: number) =>
  exposure.publicUrl?.startsWith('https:') ? `__Host-${NAME}` : `${NAME}_${port}`;

export interface Sessions {
  read(context: Context): Promise<Session | null>;
  set(context: Context, session: NewSession): void;
  clear(context: Context): string | undefined;
  viewer(context: Context): Promise<Viewer>;
  /** Who sent this form, with its secret checked; throws the refusal. */
  sender(context: Context, form: Record<string, string>): Promise<Session>;
  /** Begins a session as the chosen person; only on the bundled example, from this machine, with no chat. */
  choose(context: Context, person: string): Promise<void>;
}

export function sessionsOf(ground: Ground, exposure: Exposure, port: () => number): Sessions {
  const read = async (context: Context) => {
    const token = getCookie(context, cookieName(exposure, port()));
    return token ? await readSession(ground, token) : null;
  };
  const set = (context: Context, session: NewSession) =>
    setCookie(context, cookieName(exposure, port()), session.token, {
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      secure: exposure.publicUrl?.startsWith('https:') ?? false,
      expires: session.expires_at,
    });
  return {
    read,
    set,
    clear: (context) => deleteCookie(context, cookieName(exposure, port()), { path: '/' }),
    async viewer(context) {
      const session = await read(context);
      const { team } = (await ground.homes.active()).home;
      const choices = mayChoosePerson(context, exposure)
        ? Object.entries(team.people).map(([name, person]) => ({ name, displayName: person.name, roles: person.roles }))
        : [];
      const person = session?.person ?? null;
      const displayName = person ? (personByName(team, person)?.name ?? person) : null;
      return { person, displayName, csrf: session?.csrf ?? '', choices };
    },
    async sender(context, form) {
      const session = await read(context);
      if (!session) {
        throw refused(
          'Nobody is signed in on this page. Ask for a link with cowork-ops login <person>, then try again.',
        );
      }
      if (!csrfMatches(session, form.csrf)) {
        throw refused('This page is older than your session, so nothing was done. Reload it and try again.');
      }
      return session;
    },
    async choose(context, person) {
      const { team } = (await ground.homes.active()).home;
      if (!mayChoosePerson(context, exposure)) {
        throw refused(
          'Choosing a person is for the bundled example on your own machine. Ask for a link: cowork-ops login <person>.',
        );
      }
      if (!personByName(team, person)) throw refused('Nobody of that name is listed in cowork.yaml.');
      const now = ground.clock.now();
      set(context, await ground.db.transaction().execute((tx) => startSession(tx, now, person, { by: 'example' })));
    },
  };
}
