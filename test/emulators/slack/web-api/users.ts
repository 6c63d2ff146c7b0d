import { Refusal } from '../refusal.ts';
import type { Json } from '../shapes.ts';
import { type Api, type Method, page, textArg } from './method.ts';
import { userObject } from './shown.ts';

function info({ workspace }: Api, args: Json): Json {
  const user = workspace.users.get(textArg(args, 'user'));
  if (!user) throw new Refusal('user_not_found');
  return { user: userObject(workspace, user) };
}

/** Strangers and people who left are not found by their address. */
function lookupByEmail({ workspace }: Api, args: Json): Json {
  const email = textArg(args, 'email').toLowerCase();
  const user = [...workspace.users.values()].find(
    (one) => one.email?.toLowerCase() === email && (one.kind === 'member' || one.kind === 'guest'),
  );
  if (!user) throw new Refusal('users_not_found');
  return { user: userObject(workspace, user) };
}

function list({ workspace }: Api, args: Json): Json {
  const own = [...workspace.users.values()].filter(({ kind }) => kind !== 'stranger');
  const { items, next } = page(own, args, 1000);
  return {
    members: items.map((user) => userObject(workspace, user)),
    cache_ts: Math.floor(workspace.now().getTime() / 1000),
    response_metadata: { next_cursor: next },
  };
}

export const userMethods: Record<string, Method> = {
  'users.info': { scopes: ['users:read'], run: info },
  'users.list': { scopes: ['users:read'], run: list },
  'users.lookupByEmail': { scopes: ['users:read.email'], run: lookupByEmail },
};
