import type { AppManifest } from './scopes.ts';

/** Slack's limits on the parts of a manifest that we use, in characters or entries. */
const MOST = {
  name: 35,
  description: 140,
  longDescription: 4000,
  botName: 80,
  shortcuts: 10,
  shortcutName: 24,
  callbackId: 255,
  shortcutDescription: 150,
  commands: 50,
  command: 32,
  commandDescription: 2000,
  usageHint: 1000,
  scopes: 255,
  events: 100,
} as const;
/** Slack refuses a long description that is shorter than this. */
const LEAST_LONG_DESCRIPTION = 175;

/** What Slack would refuse in this manifest, each with the JSON pointer of the place; none where it is well. */
export function checkManifest({ display_information: shown, features, oauth_config, settings }: AppManifest): string[] {
  const problems: string[] = [];
  const within = (pointer: string, text: string | undefined, most: number) => {
    if (text !== undefined && (text.length === 0 || text.length > most))
      problems.push(`${pointer} has ${text.length} characters, 1 to ${most} are allowed`);
  };
  const atMost = (pointer: string, list: readonly unknown[] | undefined, most: number) => {
    if (list && list.length > most) problems.push(`${pointer} has ${list.length} entries, ${most} are allowed`);
    if (list && new Set(list).size < list.length) problems.push(`${pointer} names something twice`);
  };
  within('/display_information/name', shown.name, MOST.name);
  within('/display_information/description', shown.description, MOST.description);
  within('/display_information/long_description', shown.long_description, MOST.longDescription);
  if (shown.long_description !== undefined && shown.long_description.length < LEAST_LONG_DESCRIPTION)
    problems.push(`/display_information/long_description needs ${LEAST_LONG_DESCRIPTION} characters`);
  within('/features/bot_user/display_name', features?.bot_user?.display_name, MOST.botName);
  if (!/^[a-z0-9._-]*$/.test(features?.bot_user?.display_name ?? ''))
    problems.push('/features/bot_user/display_name takes a-z, 0-9, -, _ and . only');
  atMost('/features/shortcuts', features?.shortcuts, MOST.shortcuts);
  features?.shortcuts?.forEach(({ name, callback_id, description }, index) => {
    within(`/features/shortcuts/${index}/name`, name, MOST.shortcutName);
    within(`/features/shortcuts/${index}/callback_id`, callback_id, MOST.callbackId);
    within(`/features/shortcuts/${index}/description`, description, MOST.shortcutDescription);
  });
  atMost('/features/slash_commands', features?.slash_commands, MOST.commands);
  features?.slash_commands?.forEach(({ command, description, usage_hint }, index) => {
    if (!command.startsWith('/')) problems.push(`/features/slash_commands/${index}/command begins with /`);
    within(`/features/slash_commands/${index}/command`, command, MOST.command);
    within(`/features/slash_commands/${index}/description`, description, MOST.commandDescription);
    within(`/features/slash_commands/${index}/usage_hint`, usage_hint, MOST.usageHint);
  });
  const scopes = oauth_config?.scopes;
  atMost('/oauth_config/scopes/bot', scopes?.bot, MOST.scopes);
  const strays = scopes?.bot_optional?.filter((scope) => !scopes.bot?.includes(scope)) ?? [];
  if (strays.length > 0)
    problems.push(`/oauth_config/scopes/bot_optional names ${strays.join(', ')} that bot does not`);
  atMost('/settings/event_subscriptions/bot_events', settings?.event_subscriptions?.bot_events, MOST.events);
  return problems;
}
