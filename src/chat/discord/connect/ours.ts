import { fieldOf, type Payload } from '../../connect/payload.ts';
import type { DiscordGuild } from '../discord.ts';

/** Kinds of interactions, by Discord's numbers. */
export const KIND = { ping: 1, command: 2, component: 3, completion: 4, form: 5 } as const;

/**
 * `ours`: for our application, in our server, or from the private channel that somebody has with the bot (buttons and
 * forms there; commands are the server's). `elsewhere`: for us, from another place. `foreign`: for another application.
 */
export function whoseIs(
  body: Payload,
  application: string,
  guild: Pick<DiscordGuild, 'id'>,
): 'ours' | 'elsewhere' | 'foreign' {
  if (body.application_id !== application) return 'foreign';
  if (body.guild_id === guild.id) return 'ours';
  const isAlone = body.guild_id === undefined || body.guild_id === null;
  const isPressed = body.type === KIND.component || body.type === KIND.form;
  return isAlone && isPressed && typeof fieldOf(body.user, 'id') === 'string' ? 'ours' : 'elsewhere';
}

/** What names an interaction and answers it; null where it cannot be answered. */
export interface Named {
  id: string;
  type: number;
  token: string;
}

export function nameOf({ id, type, token }: Payload): Named | null {
  if (typeof id !== 'string' || !/^\d{1,25}$/.test(id)) return null;
  return typeof type === 'number' && typeof token === 'string' && token !== '' ? { id, type, token } : null;
}

const short = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value.slice(0, 100) : undefined;

/** What an interaction is about, for the log: ids and names of ours, never what somebody wrote or a way to answer. */
export function aboutInteraction(body: Payload): Record<string, unknown> {
  const { data } = body;
  const about = {
    interaction: short(body.id),
    type: typeof body.type === 'number' ? body.type : undefined,
    command: short(fieldOf(data, 'name')),
    custom: short(fieldOf(data, 'custom_id')),
    user: short(fieldOf(fieldOf(body.member, 'user'), 'id')) ?? short(fieldOf(body.user, 'id')),
    guild: short(body.guild_id),
    channel: short(body.channel_id),
  };
  return Object.fromEntries(Object.entries(about).filter(([, value]) => value !== undefined));
}
