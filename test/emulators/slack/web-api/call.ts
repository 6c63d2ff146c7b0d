import { Refusal } from '../refusal.ts';
import type { Json } from '../shapes.ts';
import type { Workspace } from '../workspace/workspace.ts';
import type { Fault, Faults } from './faults.ts';
import type { Api, Method } from './method.ts';
import { METHODS } from './methods.ts';
import type { Pace } from './pace.ts';

/** How a call is answered on the wire; `drop`: the connection breaks, `hang`: nothing comes. */
export type Answer = { status: number; headers: Record<string, string>; body: Json } | 'drop' | 'hang';

export interface Rules {
  api: Api;
  faults: Faults;
  pace: Pace;
}

const REPORTED = /token|authorization/i;

/** Who may call: the app's own token for sockets, the bot's for all else. */
function verify({ workspace }: Api, method: Method, token: string | null): void {
  if (token === null) throw new Refusal('not_authed');
  const { tokens } = workspace;
  if (method.token === 'app') {
    if (token === tokens.app) {
      if (workspace.tokenFault === 'account_inactive') throw new Refusal('account_inactive');
      return;
    }
    workspace.note(`a token of the wrong kind or unknown was used where an app-level token is needed`);
    throw new Refusal(token === tokens.bot ? 'not_allowed_token_type' : 'invalid_auth');
  }
  if (token === tokens.app) throw new Refusal('not_allowed_token_type');
  if (token !== tokens.bot) throw new Refusal('invalid_auth');
  if (workspace.tokenFault) throw new Refusal(workspace.tokenFault);
}

function headersOf({ workspace }: Api, method: Method | undefined): Record<string, string> {
  if (method?.token === 'app') return { 'x-oauth-scopes': 'connections:write' };
  return {
    'x-oauth-scopes': [...workspace.scopes].join(','),
    'x-accepted-oauth-scopes': (method?.scopes ?? []).join(','),
  };
}

/** A person's direct message is one place, whether it is called by the person or by its own id. */
const placeOf = (workspace: Workspace, channel: unknown): unknown =>
  [...workspace.channels.values()].find(({ im }) => im !== null && im === channel)?.id ?? channel;

async function run({ api, pace }: Rules, name: string, token: string | null, args: Json): Promise<Answer> {
  const method = METHODS.get(name);
  const headers = headersOf(api, method);
  const { workspace } = api;
  const done = (body: Json, error?: string): Answer => {
    const shown = Object.fromEntries(Object.entries(args).filter(([key]) => !REPORTED.test(key)));
    const call = { method: name, args: shown, at: workspace.now(), ok: error === undefined };
    workspace.calls.push(error === undefined ? call : { ...call, error });
    return { status: 200, headers, body };
  };
  try {
    if (!method) throw new Refusal('unknown_method', { req_method: name });
    verify(api, method, token);
    const wait = pace.refuse(name, placeOf(workspace, args.channel));
    if (wait !== null) {
      workspace.note(`${name}: over the pace${args.channel ? ` in ${args.channel}` : ''}`);
      done({}, 'ratelimited');
      return tooMany(headers, wait);
    }
    workspace.need(name, method.scopes);
    return done({ ok: true, ...(await method.run(api, args)) });
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    return done({ ok: false, error: error.code, ...error.detail }, error.code);
  }
}

const tooMany = (headers: Record<string, string>, seconds: number): Answer => ({
  status: 429,
  headers: { ...headers, 'retry-after': `${seconds}` },
  body: { ok: false, error: 'ratelimited' },
});

const found = ({ messages }: Fault) => (messages ? { response_metadata: { messages } } : {});

/** One call of the Web API with the fault that is waiting for it, if any. */
export async function call(rules: Rules, name: string, token: string | null, args: Json): Promise<Answer> {
  const { api, faults } = rules;
  const fault = faults.take(name, args);
  const refused = (error: string) =>
    api.workspace.calls.push({ method: name, args: {}, at: api.workspace.now(), ok: false, error });
  switch (fault?.kind) {
    case 'drop_call':
      refused('dropped before');
      return 'drop';
    case 'hang':
      refused('hanging');
      return 'hang';
    case 'http500':
      refused('http 500');
      return { status: 500, headers: {}, body: { ok: false, error: 'internal_error' } };
    case 'rate':
      refused('ratelimited');
      return tooMany({}, Math.max(1, Math.ceil((fault.afterMs ?? 1000) / 1000)));
    case 'error':
      refused(fault.error ?? 'fatal_error');
      return { status: 200, headers: {}, body: { ok: false, error: fault.error ?? 'fatal_error', ...found(fault) } };
    case 'drop_answer':
      await run(rules, name, token, args);
      return 'drop';
    case 'late':
      refused('dropped, done later');
      faults.later(() => run(rules, name, token, args));
      return 'drop';
    case 'slow':
      await api.workspace.clock.wait(fault.afterMs ?? 1000);
      return run(rules, name, token, args);
    default:
      return run(rules, name, token, args);
  }
}
