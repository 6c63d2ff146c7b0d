import type { Command as Program } from 'commander';
import { withoutSecrets } from '../chat/connect/plain-error.ts';
import type { DiscordCommand } from '../chat/discord/ask/command-shape.ts';
import type { Registered } from '../chat/discord/ask/register.ts';
import { CoworkError, invalid } from '../errors.ts';
import { makeLog } from '../log.ts';
import type { Printed } from './io.ts';
import type { CliContext } from './world.ts';

type Answering = (act: (context: CliContext) => Promise<Printed>) => () => Promise<void>;

interface Given {
  tidy?: boolean;
}

/** `register discord`: tells Discord the commands of this version; as often as one likes. */
export function registerCommand(program: Program, answer: Answering): void {
  program
    .command('register')
    .description('tell a chat platform what can be asked there')
    .command('discord')
    .description('register /cowork and "What happened?": in the server of DISCORD_GUILD_ID')
    .option('--tidy', 'also take away the same commands for every server, which would be shown twice')
    .option('--json', 'print one JSON document')
    .action((given: Given) => answer((context) => registerDiscord(context, given))());
}

async function registerDiscord({ config }: CliContext, { tidy = false }: Given): Promise<Printed> {
  const { discord } = config;
  if (discord === null) {
    throw invalid(
      'Discord is off: DISCORD_TOKEN is not set, so there is nobody to register commands for. Set DISCORD_TOKEN, DISCORD_APPLICATION_ID and DISCORD_GUILD_ID; docs/discord.md says where they are.',
    );
  }
  // Discord's library is megabytes of code, which no other command needs.
  const [{ makeRest }, { registerCommands }, { inviteLink }] = await Promise.all([
    import('../chat/discord/connect/rest.ts'),
    import('../chat/discord/ask/register.ts'),
    import('../chat/discord/setup/permissions.ts'),
  ]);
  const invite = inviteLink(discord);
  const rest = makeRest(discord, makeLog('silent'));
  try {
    const done = await registerCommands(rest.later, discord, { tidy });
    return { text: registeredText(done, invite), json: { ...registeredJson(done), invite }, exit: 0 };
  } catch (error) {
    throw error instanceof CoworkError ? clean(error, discord.botToken) : error;
  }
}

/** Whatever a library says, no token is printed. */
const clean = (error: CoworkError, token: string): CoworkError =>
  new CoworkError(error.code, withoutSecrets(error.message).replaceAll(token, '[redacted]'));

const registeredJson = ({ commands, ...done }: Registered) => ({
  ...done,
  commands: commands.map(namesOf),
});

const namesOf = (command: DiscordCommand): string[] =>
  command.type === 3
    ? [command.name]
    : command.options.flatMap((option) =>
        option.type === 1
          ? [`/${command.name} ${option.name}`]
          : option.options.map(({ name }) => `/${command.name} ${option.name} ${name}`),
      );

function registeredText(done: Registered, invite: string): string {
  const lines = [
    `Registered in the server ${done.guild}, at once:`,
    ...done.commands.flatMap((command) => namesOf(command).map((name) => `  ${name}`)),
  ];
  const changes = [
    ...done.added.map((name) => `  + ${name}`),
    ...done.changed.map((name) => `  ~ ${name}`),
    ...done.removed.map((name) => `  - ${name} (not ours any more)`),
  ];
  lines.push(...(changes.length > 0 ? ['Changed:', ...changes] : ['Nothing has changed: it was there already.']));
  const twins = done.twins.join(' and ');
  if (twins !== '' && done.tidied) lines.push(`Taken away, since they are here now: ${twins} for every server.`);
  if (twins !== '' && !done.tidied)
    lines.push(
      `${twins}: registered for every server as well, so people see them twice here. To end that: cowork-ops register discord --tidy`,
    );
  lines.push('Next: cowork-ops doctor, then type /cowork status in a channel of the server.');
  lines.push(`The bot is added to a server, and a missing permission given, by this link: ${invite}`);
  return lines.join('\n');
}
