const GUILDS = 1 << 0;
const GUILD_MEMBERS = 1 << 1;
const GUILD_PRESENCES = 1 << 8;
const GUILD_MESSAGES = 1 << 9;
const DIRECT_MESSAGES = 1 << 12;
const MESSAGE_CONTENT = 1 << 15;

/** Those that Discord gives on request only; our app has none of them. */
export const PRIVILEGED = GUILD_MEMBERS | GUILD_PRESENCES | MESSAGE_CONTENT;

/** The intent without which an event is not told; 0 for what everybody is told. */
export function intentOf(event: string, inDm: boolean): number {
  if (/^(GUILD_(CREATE|UPDATE|DELETE|ROLE_\w+)|CHANNEL_\w+|THREAD_(CREATE|UPDATE|DELETE|LIST_SYNC))$/.test(event))
    return GUILDS;
  if (event.startsWith('GUILD_MEMBER_')) return GUILD_MEMBERS;
  if (event.startsWith('MESSAGE_')) return inDm ? DIRECT_MESSAGES : GUILD_MESSAGES;
  return 0;
}
