import type { Context } from 'hono';
import { deleteCookie, getCookie, setCookie } from 'hono/cookie';
import { refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { requireMay } from '../people/permissions.ts';
import { personByName } from '../people/resolve.ts';
import { csrfMatches, type NewSession, readSession, type Session, signOut, startSession } from '../people/sessions.ts';
import { maskCsrf, unmaskCsrf } from './csrf-mask.ts';
import { type Exposure, isPrivateRequest, mayChoosePerson } from './exposure.ts';
import type { Viewer } from './pages/layout.ts';

const NAME = 'cowork_session';

/** Browsers keep one cookie jar per host, not per port: two products on one machine must not overwrite each other. */
const cookieName = (exposure: Exposure, port: number) =>
  exposure.publicUrl?.startsWith('https:') ? `__Host-${NAME}` : `${NAME}_${port}`;

const LINK = 'Ask for a link: cowork-ops login <person>.';
const CHOOSE = 'Choose whom to act as at the top of the page.';

export interface Sessions {
  read(context: Context): Promise<Session | null>;
  /** Puts the new session in place of the one this browser had, which ends. */
  set(context: Context, session: NewSession): Promise<void>;
  /** Ends this browser's session. */
  end(context: Context): Promise<void>;
  /** Who looks at a page, whoever that is. */
  viewer(context: Context): Promise<Viewer>;
  /**
   * Who looks at a page with names, counts and states on it; throws where that is nobody who may. A page that follows what
   * happens asks again and again with `touch: false`, which does not keep a session alive.
   */
  reader(context: Context, options?: { touch: boolean }): Promise<Viewer>;
  /** Whether a form carries this session's secret. */
  carries(session: Session, form: Record<string, string>): boolean;
  /** Who sent this form, with its secret checked; throws the refusal. */
  sender(context: Context, form: Record<string, string>): Promise<Session>;
  /** Begins a session as the chosen person; only on the bundled example, from this machine, with no chat. */
  choose(context: Context, person: string): Promise<void>;
}

export function sessionsOf(ground: Ground, exposure: Exposure, port: () => number): Sessions {
  const secure = exposure.publicUrl?.startsWith('https:') ?? false;
  const cookie = () => cookieName(exposure, port());
  const read = async (context: Context, options = { touch: true }) => {
    const token = getCookie(context, cookie());
    return token ? await readSession(ground, token, options) : null;
  };
  const carries = (session: Session, form: Record<string, string>) => csrfMatches(session, unmaskCsrf(form.csrf));
  const forget = async (context: Context) => {
    const token = getCookie(context, cookie());
    if (token) await signOut(ground, token);
  };
  const set = async (context: Context, session: NewSession) => {
    await forget(context);
    setCookie(context, cookie(), session.token, {
      httpOnly: true,
      sameSite: 'Lax',
      path: '/',
      secure,
      expires: session.expires_at,
    });
  };
  const viewer = async (context: Context, options?: { touch: boolean }): Promise<Viewer> => {
    const session = await read(context, options);
    return viewerOf(ground, context, exposure, session?.person ?? null, maskCsrf(session?.csrf ?? ''));
  };
  return {
    read: (context) => read(context),
    set,
    viewer: (context) => viewer(context),
    carries,
    async end(context) {
      await forget(context);
      deleteCookie(context, cookie(), { path: '/', secure });
    },
    async reader(context, options) {
      const found = await viewer(context, options);
      if (found.person !== null) requireMay((await ground.homes.active()).home, found.person, 'read');
      else if (!isPrivateRequest(context, exposure))
        throw refused(`Sign in to see this page. ${LINK}`, { signedIn: false });
      return found;
    },
    async sender(context, form) {
      const session = await read(context);
      if (!session) {
        const how = mayChoosePerson(context, exposure) ? CHOOSE : LINK;
        throw refused(`Nobody is signed in on this page, so nothing was done. ${how}`, { signedIn: false });
      }
      if (carries(session, form)) return session;
      throw refused('This page is older than your session, so nothing was done. Reload it and try again.');
    },
    async choose(context, person) {
      const { team } = (await ground.homes.active()).home;
      if (!mayChoosePerson(context, exposure)) {
        throw refused(`Choosing a person is for the bundled example on your own machine. ${LINK}`);
      }
      if (!personByName(team, person)) throw refused(`Nobody of that name is listed in cowork.yaml. ${CHOOSE}`);
      const now = ground.clock.now();
      await set(
        context,
        await ground.db.transaction().execute((tx) => startSession(tx, now, person, { by: 'example' })),
      );
    },
  };
}

async function viewerOf(
  ground: Ground,
  context: Context,
  exposure: Exposure,
  person: string | null,
  csrf: string,
): Promise<Viewer> {
  const { team } = (await ground.homes.active()).home;
  const mayChoose = mayChoosePerson(context, exposure);
  const listed = person === null ? undefined : personByName(team, person);
  return {
    person,
    displayName: listed?.name ?? person,
    roles: listed?.roles ?? [],
    csrf,
    invitation: mayChoose ? CHOOSE : LINK,
    choices: mayChoose
      ? Object.entries(team.people).map(([name, { name: displayName, roles }]) => ({ name, displayName, roles }))
      : [],
  };
}
