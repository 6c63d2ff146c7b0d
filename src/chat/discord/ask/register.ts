import type { DiscordConfig } from '../../../config.ts';
import { CoworkError, invalid } from '../../../errors.ts';
import { isPayload, type Payload } from '../../connect/payload.ts';
import { codeOf, whyNot } from '../connect/why-not.ts';
import type { DiscordCommand } from './command-shape.ts';
import { discordCommands } from './commands.ts';

/** What registering changed, by the name of each command. */
export interface Registered {
  /** The server that has them. */
  guild: string;
  added: string[];
  changed: string[];
  same: string[];
  /** What was there and is not ours any more. */
  removed: string[];
  commands: readonly DiscordCommand[];
  /** The same commands for every server, which are shown beside those of this one; taken away where that was asked for. */
  twins: string[];
  tidied: boolean;
}

/** The calls that registering takes, as discord.js makes them. */
export interface Rest {
  get(path: `/${string}`): Promise<unknown>;
  put(path: `/${string}`, options: { body: unknown }): Promise<unknown>;
  delete(path: `/${string}`): Promise<unknown>;
}

/**
 * Puts the commands of this version in the place of whatever is registered: in the server of `DISCORD_GUILD_ID`, at once.
 * The same list again changes nothing, and commands keep their ids, so that what
 * the admins of a server allowed to whom stays.
 * `tidy` also takes away ours for every server, as others may have registered them.
 * @throws CoworkError `invalid` with what to do where the token, the application or the server does not fit; `unavailable`
 * where Discord did not answer.
 */
export async function registerCommands(
  rest: Rest,
  { applicationId, guildId }: Pick<DiscordConfig, 'applicationId' | 'guildId'>,
  { tidy = false }: { tidy?: boolean } = {},
): Promise<Registered> {
  const { everywhere, path, commands } = meant(applicationId, guildId);
  try {
    const { before, twins } = await standing(rest, { everywhere, path, commands });
    await rest.put(path, { body: commands });
    if (tidy) for (const { id } of twins) await rest.delete(`${everywhere}/${String(id)}`);
    return {
      ...{ guild: guildId, commands, tidied: tidy },
      ...difference(before, commands),
      twins: twins.map(nameOf),
    };
  } catch (error) {
    throw explained(error, guildId);
  }
}

/**
 * What registering would change now; changes nothing. Fails as `registerCommands` does.
 */
export async function compareCommands(
  rest: Pick<Rest, 'get'>,
  { applicationId, guildId }: Pick<DiscordConfig, 'applicationId' | 'guildId'>,
): Promise<Pick<Registered, 'added' | 'changed' | 'same' | 'removed' | 'twins'>> {
  const there = meant(applicationId, guildId);
  const { before, twins } = await standing(rest, there);
  return { ...difference(before, there.commands), twins: twins.map(nameOf) };
}

function meant(applicationId: string, guildId: string) {
  const everywhere = `/applications/${applicationId}/commands` as const;
  const path = `/applications/${applicationId}/guilds/${guildId}/commands` as const;
  return { everywhere, path, commands: discordCommands() };
}

async function standing(
  rest: Pick<Rest, 'get'>,
  { everywhere, path, commands }: ReturnType<typeof meant>,
): Promise<{ before: Payload[]; twins: Payload[] }> {
  const before = listOf(await rest.get(path));
  const global = listOf(await rest.get(everywhere));
  return { before, twins: global.filter((one) => commands.some((command) => isTwin(one, command))) };
}

const listOf = (answer: unknown): Payload[] => (Array.isArray(answer) ? answer.filter(isPayload) : []);

const shownName = ({ type, name }: { type: number; name: string }): string => (type === 1 ? `/${name}` : name);
const nameOf = ({ type, name }: Payload): string => shownName({ type: Number(type ?? 1), name: String(name) });
const isTwin = (one: Payload, command: DiscordCommand): boolean =>
  one.name === command.name && (one.type ?? 1) === command.type;

function difference(before: readonly Payload[], commands: readonly DiscordCommand[]) {
  const found = commands.map((command) => ({ command, old: before.find((one) => isTwin(one, command)) }));
  const names = (some: readonly (typeof found)[number][]) => some.map(({ command }) => shownName(command));
  const strays = before.filter((one) => !commands.some((command) => isTwin(one, command)));
  return {
    added: names(found.filter(({ old }) => old === undefined)),
    changed: names(found.filter(({ command, old }) => old !== undefined && !saysAll(command, old))),
    same: names(found.filter(({ command, old }) => old !== undefined && saysAll(command, old))),
    removed: strays.map(nameOf),
  };
}

/** Whether what Discord tells of a command says what we say; what it adds of its own, and leaves out as usual, counts not. */
function saysAll(ours: unknown, theirs: unknown): boolean {
  if (Array.isArray(ours)) {
    const list = Array.isArray(theirs) ? theirs : [];
    return ours.length === list.length && ours.every((one, at) => saysAll(one, list[at]));
  }
  if (!isPayload(ours)) return ours === theirs || (ours === null && theirs === undefined);
  const told = isPayload(theirs) ? theirs : {};
  const keys = Object.keys(ours);
  // What we no longer say must not be there either.
  const left = ['required', 'autocomplete', 'choices', 'max_length', 'min_length', 'min_value', 'max_value'].filter(
    (key) => !keys.includes(key) && told[key] !== undefined && told[key] !== null && told[key] !== false,
  );
  const more = listOf(told.choices).length === 0 ? left.filter((key) => key !== 'choices') : left;
  return more.length === 0 && keys.every((key) => saysAll(ours[key], told[key]));
}

/** Missing access; unknown server; unknown application. */
const NO_ACCESS = 50001;
const UNKNOWN_GUILD = 10004;
const UNKNOWN_APPLICATION = 10002;
const BAD_FORM = 50035;
const TOO_MANY_CREATES = 30034;

function explained(error: unknown, guildId: string): CoworkError {
  const status = error instanceof Error ? Reflect.get(error, 'status') : undefined;
  const code = codeOf(error);
  const why = whyNot(error);
  const nothing = 'Nothing was registered.';
  if (status === 401) {
    return invalid(
      `Discord does not take DISCORD_TOKEN (401). ${nothing} Copy it anew from the page Bot of the application, with Reset Token.`,
    );
  }
  if (code === UNKNOWN_APPLICATION || (status === 403 && code === 20012)) {
    return invalid(
      `DISCORD_APPLICATION_ID is not the application that DISCORD_TOKEN belongs to (${code}). ${nothing} Copy both from the same application; the id stands on its page General Information.`,
    );
  }
  if (status === 403 || code === NO_ACCESS || code === UNKNOWN_GUILD) {
    return invalid(
      `The bot has no way into the server ${guildId} (${code ?? 403}). ${nothing} Either it was invited without the scope applications.commands, or it is not there, or DISCORD_GUILD_ID is another server's. Open the invite link again (cowork-ops doctor shows it); what is set up stays.`,
    );
  }
  if (code === TOO_MANY_CREATES)
    return new CoworkError(
      'unavailable',
      `Discord takes 200 new commands a day in a server, and that is reached. ${nothing} Try again tomorrow.`,
    );
  if (code === BAD_FORM)
    return new CoworkError('internal', `Discord does not take the commands as they are: ${why}. ${nothing}`, {
      cause: error,
    });
  return new CoworkError(
    'unavailable',
    `Discord did not do it: ${why}. It is not known whether anything was registered; the same command again does no harm.`,
    {
      cause: error,
    },
  );
}
