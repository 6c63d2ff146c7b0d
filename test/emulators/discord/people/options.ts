import type { Command, Json, User } from '../shapes.ts';
import type { Realm } from '../state/realm.ts';
import { channelObject, memberObject, roleObject, userObject } from '../wire.ts';

export type OptionValue = string | number | boolean;

const listOf = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : []);

const TYPES: Record<number, string> = {
  3: 'string',
  4: 'number',
  5: 'boolean',
  6: 'string',
  7: 'string',
  8: 'string',
  9: 'string',
  10: 'number',
};

/** One option as the person gave it. @throws Error where their client would not let them send it. */
function given(option: Json, value: OptionValue, completing: boolean): Json {
  const name = String(option.name);
  const type = Number(option.type);
  if (!completing && typeof value !== TYPES[type])
    throw new Error(`${name} takes a ${TYPES[type]}, not ${typeof value}`);
  if (type === 4 && !completing && !Number.isInteger(value)) throw new Error(`${name} takes whole numbers`);
  const choices = listOf(option.choices);
  if (choices.length > 0 && !choices.some((one) => one.value === value))
    throw new Error(`${name} is chosen from: ${choices.map((one) => one.value).join(' | ')}`);
  const size = typeof value === 'string' ? value.length : Number(value);
  const [least, most] =
    typeof value === 'string' ? [option.min_length, option.max_length] : [option.min_value, option.max_value];
  if (!completing && ((least !== undefined && size < Number(least)) || (most !== undefined && size > Number(most))))
    throw new Error(`${name} is to be from ${least} to ${most}`);
  return { name, type, value };
}

/**
 * `alert show` and its options as an interaction says them: the command, and inside it what is nested.
 * @throws Error where no such command is registered or it cannot be sent so.
 */
export function typedCommand(
  realm: Realm,
  words: string,
  options: Readonly<Record<string, OptionValue>>,
  focused: string | null = null,
): { command: Command; data: Json } {
  const [name = '', ...path] = words.trim().replace(/^\//, '').split(/\s+/);
  const command = [...realm.commands.guild, ...realm.commands.global].find(
    (one) => one.name === name && one.type === 1,
  );
  if (!command) throw new Error(`there is no command /${name}`);
  const chain: Json[] = [];
  let inside = listOf(command.options);
  for (const step of path) {
    const next = inside.find((one) => one.name === step && (one.type === 1 || one.type === 2));
    if (!next) throw new Error(`/${name} has no ${step}`);
    chain.push(next);
    inside = listOf(next.options);
  }
  if (inside.some((one) => one.type === 1 || one.type === 2))
    throw new Error(`/${words} is not whole: a subcommand lacks`);
  const unknown = Object.keys(options).find((key) => !inside.some((one) => one.name === key));
  if (unknown) throw new Error(`/${words} has no option ${unknown}`);
  const values = inside.flatMap((option): Json[] => {
    const key = String(option.name);
    const value = options[key];
    const own = key === focused;
    if (own && option.autocomplete !== true) throw new Error(`${key} is not completed`);
    if (value === undefined && option.required === true && focused === null) throw new Error(`/${words} needs ${key}`);
    if (value === undefined && !own) return [];
    return [{ ...given(option, value ?? '', focused !== null), ...(own ? { focused: true } : {}) }];
  });
  const nested = chain.reduceRight<Json[]>(
    (inner, one) => [{ name: one.name, type: one.type, options: inner }],
    values,
  );
  const guild = command.guild_id === undefined ? {} : { guild_id: command.guild_id };
  const data: Json = { id: command.id, name, type: 1, ...guild, ...(nested.length > 0 ? { options: nested } : {}) };
  const resolved = resolvedOf(realm, values);
  return { command, data: Object.keys(resolved).length > 0 ? { ...data, resolved } : data };
}

/** Whom and what the values name. */
function resolvedOf(realm: Realm, values: readonly Json[]): Json {
  const of = (...types: number[]) =>
    values.filter(({ type }) => types.includes(Number(type))).map(({ value }) => String(value));
  const users = of(6, 9).flatMap((id): User[] => [realm.users.get(id) ?? []].flat());
  const roles = of(8, 9).flatMap((id) => realm.roles.get(id) ?? []);
  const channels = of(7).map((id) => realm.channel(id));
  const members = users.filter(({ id }) => realm.isMember(id));
  const by = <T extends { id: string }>(all: readonly T[], object: (one: T) => Json) =>
    Object.fromEntries(all.map((one) => [one.id, object(one)]));
  const bare = ({ user: _, deaf: __, mute: ___, ...rest }: Json): Json => rest;
  return {
    ...(users.length > 0 ? { users: by(users, userObject) } : {}),
    ...(members.length > 0 ? { members: by(members, (one) => bare(memberObject(one))) } : {}),
    ...(roles.length > 0 ? { roles: by(roles, (one) => roleObject(one, realm)) } : {}),
    ...(channels.length > 0 ? { channels: by(channels, (one) => channelObject(realm, one)) } : {}),
  };
}
