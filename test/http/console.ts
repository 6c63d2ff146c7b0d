import type { Hono } from 'hono';
import { consoleAdapter } from '#src/chat/console/adapter.ts';
import type { LiveChannels } from '#src/http/channel/live.ts';
import type { Exposure } from '#src/http/exposure.ts';
import { makeApp, type WebOptions } from '#src/http/server.ts';
import { silentLog } from '#src/log.ts';
import type { MessageView } from '#src/message/view.ts';
import { startSession } from '#src/people/sessions.ts';
import type { FenceReport } from '#src/skills/fence/layers.ts';
import { SignalHub } from '#src/store/signals.ts';
import { worldOf } from '#test/chat/stage.ts';
import { Stage } from '#test/reviews/stage.ts';

const PORT = 3210;
export const HERE = `http://127.0.0.1:${PORT}`;

const holds = { holds: true, why: null };
export const FENCE: FenceReport = {
  bubblewrap: { ...holds, how: 'own-user' },
  network: holds,
  nodePermissions: holds,
  ownUser: { ...holds, fresh: true },
  tools: { bwrap: '/usr/bin/bwrap', setpriv: '/usr/bin/setpriv', socat: '/usr/bin/socat' },
  install: null,
};

/** The bundled example on one's own machine, with no chat. */
export const PRIVATE: Exposure = {
  host: '127.0.0.1',
  port: PORT,
  publicUrl: null,
  chatOverHttp: false,
  chat: false,
  example: true,
};

export interface Visit {
  method?: string;
  headers?: Record<string, string | undefined>;
  body?: string | FormData;
  /** Where the connection comes from. */
  from?: string;
}

/** Somebody's browser: it keeps its cookie and posts forms with the origin of the page. */
export class Visitor {
  readonly #console: Console;
  readonly #base: string;
  cookie: string | undefined;
  csrf = '';

  constructor(place: Console, base: string) {
    this.#console = place;
    this.#base = base;
  }

  async visit(path: string, { headers = {}, from = '127.0.0.1', ...init }: Visit = {}): Promise<Response> {
    const url = new URL(path, this.#base);
    const all = { host: url.host, ...(this.cookie ? { cookie: this.cookie } : {}), ...headers };
    const sent = Object.fromEntries(
      Object.entries(all).filter((pair): pair is [string, string] => pair[1] !== undefined),
    );
    const request = new Request(url, { redirect: 'manual', ...init, headers: sent });
    const response = await this.#console.app.fetch(request, { incoming: { socket: { remoteAddress: from } } });
    const set = response.headers.getSetCookie()[0];
    if (set) this.cookie = /max-age=0/i.test(set) ? undefined : set.split(';')[0];
    return response;
  }

  /** Posts these fields with the session's secret, as our own page would; `over` may say otherwise. */
  post(path: string, fields: Record<string, string> = {}, over: Visit = {}): Promise<Response> {
    const body = new URLSearchParams({ csrf: this.csrf, ...fields }).toString();
    const { headers = {}, ...rest } = over;
    return this.visit(path, {
      method: 'POST',
      body,
      ...rest,
      headers: {
        origin: new URL(this.#base).origin,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': String(Buffer.byteLength(body)),
        ...headers,
      },
    });
  }

  async text(path: string, visit?: Visit): Promise<string> {
    return (await this.visit(path, visit)).text();
  }
}

/** What the console needs to know of its product, over a stage. */
export const optionsOver = (stage: Stage, signals = new SignalHub(async () => {}, silentLog)) => ({
  ...{ fence: FENCE, homeProblems: () => [], signals },
  world: async () => worldOf(stage),
});

/** The console as a request handler over a stage with a real database; nothing listens. */
export class Console implements AsyncDisposable {
  readonly app: Hono;
  readonly live: LiveChannels;
  readonly stage: Stage;
  readonly exposure: Exposure;
  readonly signals: SignalHub;
  #said = 0;

  private constructor(stage: Stage, options: Pick<WebOptions, 'exposure' | 'readiness'>) {
    this.stage = stage;
    this.exposure = options.exposure;
    this.signals = new SignalHub(async () => {}, silentLog);
    const made = makeApp(stage.ground, { ...optionsOver(stage, this.signals), ...options }, () => PORT);
    this.app = made.app;
    this.live = made.live;
  }

  /** Posts into a channel as delivery does, and returns the message's id. */
  post(channel: string, view: MessageView, thread: string | null = null): Promise<string> {
    this.#said += 1;
    const token = `said-${this.#said}`;
    return consoleAdapter(this.stage.ground, this.signals).post({ place: `console:${channel}`, token, view, thread });
  }

  /** Changes a message in place as delivery does. */
  edit(channel: string, id: string, view: MessageView): Promise<void> {
    return consoleAdapter(this.stage.ground, this.signals).edit(`console:${channel}`, id, view, 'edited');
  }

  static async open(
    over: { exposure?: Partial<Exposure>; home?: Parameters<typeof Stage.open>[0]; ready?: () => boolean } = {},
  ): Promise<Console> {
    const exposure = { ...PRIVATE, ...over.exposure };
    const readiness = () => ({ migrated: true, home: true, roles: over.ready?.() ?? true });
    const stage = await Stage.open(over.home);
    return new Console(stage, { exposure, readiness });
  }

  /** The same stage behind another exposure. */
  behind(exposure: Partial<Exposure>): Console {
    const readiness = () => ({ migrated: true, home: true, roles: true });
    return new Console(this.stage, { exposure: { ...PRIVATE, ...exposure }, readiness });
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.live.stop();
    return this.stage[Symbol.asyncDispose]();
  }

  /** Where its pages are, as browsers write it. */
  get base(): string {
    return this.exposure.publicUrl ?? HERE;
  }

  nobody(base = this.base): Visitor {
    return new Visitor(this, base);
  }

  /** A browser in which this person is signed in. */
  async as(person: string): Promise<Visitor> {
    const visitor = this.nobody();
    const at = this.stage.ground.clock.now();
    const session = await this.stage.db.transaction().execute((tx) => startSession(tx, at, person, { by: 'link' }));
    const secure = this.exposure.publicUrl?.startsWith('https:');
    visitor.cookie = `${secure ? '__Host-cowork_session' : `cowork_session_${PORT}`}=${session.token}`;
    visitor.csrf = session.csrf;
    return visitor;
  }
}

/** The hidden fields of the form with this action, as the page has them. */
export function fieldsOf(page: string, action: string): Record<string, string> {
  const form = (page.match(/<form[\s\S]*?<\/form>/g) ?? []).find((one) => one.includes(`action="${action}"`));
  if (!form) throw new Error(`the page has no form for ${action}`);
  const fields = [...form.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]*)">/g)];
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]));
}

/** What a reader sees of a page: tags gone, character references read, white space folded. */
export const seen = (page: string): string =>
  page
    .replace(/<(title|style)[\s\S]*?<\/\1>/g, '')
    .replace(/<[^>]*>/g, '')
    .replace(
      /&(amp|lt|gt|quot|#39);/g,
      (_all, name: string) => ({ amp: '&', lt: '<', gt: '>', quot: '"' })[name] ?? "'",
    )
    .replace(/\s+/g, ' ');
