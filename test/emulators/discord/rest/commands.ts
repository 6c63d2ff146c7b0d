import { Refusal } from '../refusal.ts';
import { commandsFaults } from '../rules/command.ts';
import type { Command, Json } from '../shapes.ts';
import type { Realm } from '../state/realm.ts';
import { type Api, bodyOf, type Call, type Route } from './call.ts';

const MOST_CREATES_A_DAY = 200;

/** Which list a path is about. @throws Refusal 10002, 50001 */
function scopeOf(call: Call, { realm }: Api): { scope: 'guild' | 'global'; id: string } {
  const [application, ...rest] = call.at;
  if (application !== realm.application) throw new Refusal(10002);
  if (!call.path.includes('/guilds/')) return { scope: 'global', id: rest[0] ?? '' };
  if (rest[0] !== realm.guild.id || !realm.inGuild) throw new Refusal(50001);
  return { scope: 'guild', id: rest[1] ?? '' };
}

/** A command as Discord keeps it; one of the same name and kind keeps its id. */
function kept(realm: Realm, scope: 'guild' | 'global', given: Json, before: Command | undefined): Command {
  const type = Number(given.type ?? 1);
  const { description_localizations = null, name_localizations = null, options } = given;
  return {
    id: before?.id ?? realm.newId(),
    application_id: realm.application,
    version: realm.newId(),
    default_member_permissions: (given.default_member_permissions as string | undefined) ?? null,
    type,
    name: String(given.name),
    name_localizations,
    description: type === 1 ? String(given.description) : '',
    description_localizations,
    ...(scope === 'guild' ? { guild_id: realm.guild.id } : { dm_permission: true }),
    contexts: given.contexts ?? (scope === 'guild' ? null : [0, 1, 2]),
    integration_types: given.integration_types ?? [0],
    ...(Array.isArray(options) && options.length > 0 ? { options: options as Json[] } : {}),
    nsfw: given.nsfw === true,
  };
}

const twinOf = (all: readonly Command[], given: Json): Command | undefined =>
  all.find(({ name, type }) => name === given.name && type === Number(given.type ?? 1));

function refuse(commands: unknown, single = false): void {
  const faults = commandsFaults(commands);
  const at = (pointer: string) => (single ? pointer.replace(/^\/0/, '') : pointer);
  if (faults.length > 0)
    throw new Refusal(
      50035,
      faults.map((one) => ({ ...one, pointer: at(one.pointer) })),
    );
}

function replaceAll(call: Call, api: Api) {
  const { realm } = api;
  const { scope } = scopeOf(call, api);
  refuse(call.body);
  const before = realm.commands[scope];
  const given = call.body as Json[];
  const fresh = given.filter((one) => !twinOf(before, one)).length;
  api.countCreates(scope, fresh, MOST_CREATES_A_DAY);
  realm.commands[scope] = given.map((one) => kept(realm, scope, one, twinOf(before, one)));
  return { status: 200, body: realm.commands[scope] };
}

function create(call: Call, api: Api) {
  const { realm } = api;
  const { scope } = scopeOf(call, api);
  const given = bodyOf(call);
  const twin = twinOf(realm.commands[scope], given);
  const others = realm.commands[scope].filter((one) => one !== twin);
  refuse([given], true);
  if (!twin) api.countCreates(scope, 1, MOST_CREATES_A_DAY);
  const made = kept(realm, scope, given, twin);
  realm.commands[scope] = [...others, made];
  return { status: twin ? 200 : 201, body: made };
}

/** @throws Refusal 10063 */
function named(call: Call, api: Api): { scope: 'guild' | 'global'; command: Command } {
  const { scope, id } = scopeOf(call, api);
  const command = api.realm.commands[scope].find((one) => one.id === id);
  if (!command) throw new Refusal(10063);
  return { scope, command };
}

function change(call: Call, api: Api) {
  const { scope, command } = named(call, api);
  const given = { ...command, ...bodyOf(call) };
  refuse(
    [bodyOf(call).name === undefined ? { ...bodyOf(call), name: command.name, description: given.description } : given],
    true,
  );
  const made = kept(api.realm, scope, given, command);
  api.realm.commands[scope] = api.realm.commands[scope].map((one) => (one === command ? made : one));
  return { status: 200, body: made };
}

function remove(call: Call, api: Api) {
  const { scope, command } = named(call, api);
  api.realm.commands[scope] = api.realm.commands[scope].filter((one) => one !== command);
  return { status: 204 };
}

const GLOBAL = '/applications/:app/commands';
const GUILD = '/applications/:app/guilds/:guild/commands';

const list = (call: Call, api: Api) => ({ status: 200, body: api.realm.commands[scopeOf(call, api).scope] });
const one = (call: Call, api: Api) => ({ status: 200, body: named(call, api).command });

export const COMMANDS: readonly Route[] = [GLOBAL, GUILD].flatMap((route): Route[] => [
  { method: 'GET', route, handle: list },
  { method: 'PUT', route, handle: replaceAll },
  { method: 'POST', route, handle: create },
  { method: 'GET', route: `${route}/:id`, handle: one },
  { method: 'PATCH', route: `${route}/:id`, handle: change },
  { method: 'DELETE', route: `${route}/:id`, handle: remove },
]);
