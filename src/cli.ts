import { CommanderError, Command as Program } from 'commander';
import type { Command, World } from '../commands/command.ts';
import { commands } from '../commands/index.ts';
import { decideByCli, lookByCli } from './cli/decide.ts';
import { doctor } from './cli/doctor.ts';
import { helpAs, operatorHelp } from './cli/help.ts';
import { homeCommands } from './cli/home-commands.ts';
import { type InWorld, printed } from './cli/in-world.ts';
import { type Output, type Printed, say, sayError, sayUsage, terminal } from './cli/io.ts';
import { manifestCommand } from './cli/manifest.ts';
import { auditVerifyByCli, loginByCli, verifyByCli } from './cli/operate.ts';
import { registerCommand } from './cli/register.ts';
import { start } from './cli/start.ts';
import { type CliContext, cliContext, type WorldNeeds, withWorld } from './cli/world.ts';
import { type Clock, systemClock } from './clock.ts';
import { version } from './main/product.ts';
import type { Verdict } from './store/schema.ts';

export interface CliOptions {
  env?: Record<string, string | undefined>;
  /** Where relative paths and `.env` are looked up. */
  folder?: string;
  output?: Output;
  clock?: Clock;
}

/** The `cowork-ops` command. Returns the exit code: 0, 1 (failed), 2 (usage or refused). */
export async function runCli(argv: string[], options: CliOptions = {}): Promise<number> {
  const { env = process.env, folder = process.cwd(), output = terminal, clock = systemClock } = options;
  const json = argv.includes('--json');
  let code = 0;
  const program = new Program('cowork-ops')
    .description(
      'Runs a team’s Cowork skills on schedule, checks, asks people, and promotes exactly the approved bytes.',
    )
    .version(version())
    .exitOverride()
    .showSuggestionAfterError()
    .configureOutput({ writeOut: output.out, writeErr: output.err });
  const answer = (act: (context: CliContext) => Promise<Printed>) => async () => {
    code = say(output, await act(cliContext(env, folder, clock)), json);
  };
  const inWorld = (
    act: (world: World, context: CliContext) => Promise<Printed>,
    needs: WorldNeeds = { works: false },
  ) => answer((context) => withWorld(context, needs, (world) => act(world, context)));

  program
    .command('start')
    .description('start the product and stay')
    .option('--roles <list>', 'web, worker, clock; all unless said')
    .option('--switch-home', 'let this data go on with another home than before')
    .action(async (given: { roles?: string; switchHome?: boolean }) => {
      code = await start(env, folder, given, output);
    });
  homeCommands(program, answer, folder);
  manifestCommand(program, output, (exit) => {
    code = exit;
  });
  registerCommand(program, answer);
  withJson(program.command('doctor').description('try everything the product stands on')).action(answer(doctor));
  for (const command of commands) if (command.name !== 'help') addCommand(program, command, inWorld);
  withJson(program.command('help [command]').description('what you can ask, and how'))
    .option('--as <person>', 'as seen by this person')
    .action(async (name: string | undefined, given: { as?: string }) => {
      if (given.as !== undefined) return helpAs(name, given.as, inWorld);
      code = say(output, operatorHelp(program, name, clock), json);
    });
  addReviews(program, inWorld);
  withJson(
    program.command('audit-verify').description('recompute the chain of the trail and find what was tampered with'),
  )
    .option('--head <hash>', 'a head of the chain noted earlier')
    .action((given: { head?: string }) => inWorld((world) => auditVerifyByCli(world, given.head))());
  withJson(program.command('verify <folder>').description('compare a production folder with the record')).action(
    (path: string) => inWorld((world) => verifyByCli(world, path, folder))(),
  );
  withJson(program.command('login <person>').description('make a one-time sign-in link for the console')).action(
    (person: string) => inWorld((world, context) => loginByCli(world, context.config, person, context.operator))(),
  );
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : sayUsage(output, error.message, json);
    return sayError(output, error, json);
  }
}

const withJson = (program: Program): Program => program.option('--json', 'print one JSON document');

/** A command of the one list, with its parameters and options as the list declares them. */
function addCommand(program: Program, command: Command, inWorld: InWorld): void {
  const made = withJson(program.command(command.name).description(command.summary));
  for (const { name, summary, required, rest } of command.parameters) {
    const word = `${name}${rest ? '...' : ''}`;
    made.argument(required ? `<${word}>` : `[${word}]`, summary);
  }
  for (const { name, summary, value, many } of command.options.filter(({ chatOnly }) => !chatOnly)) {
    if (many) made.option(`--${name} <${value}>`, summary, (one: string, all: string[] = []) => [...all, one]);
    else made.option(value ? `--${name} <${value}>` : `--${name}`, summary);
  }
  made.action((...given: unknown[]) => {
    const args = Object.fromEntries(
      command.parameters.map(({ name, rest }, index) => [name, wordOf(given[index], rest ?? false)]),
    );
    const options = given[command.parameters.length] as Record<string, string | boolean | string[] | undefined>;
    const person = typeof options.as === 'string' ? options.as : null;
    return inWorld(
      async (world, { operator }) =>
        printed(world, await command.run(world, { asker: { person, via: 'cli', operator }, args, options })),
      { works: command.needsWorker === true && options.wait === true },
    )();
  });
}

/** The words behind a parameter that takes all that are left are one text, as in chat. */
const wordOf = (given: unknown, rest: boolean): string | undefined =>
  rest && Array.isArray(given) ? given.join(' ') || undefined : (given as string | undefined);

/** Looking at an item and deciding it. */
function addReviews(program: Program, inWorld: InWorld): void {
  withJson(program.command('look <review>').description('begin to look at an item: starts the measured review time'))
    .requiredOption('--as <person>', 'who looks')
    .action((review: string, given: { as: string }) =>
      inWorld((world, { operator }) => lookByCli(world, review, given.as, operator))(),
    );
  const decision = (name: Verdict, summary: string) =>
    withJson(program.command(`${name} <review>`).description(summary))
      .option('--as <person>', 'who decides, by the name in cowork.yaml')
      .option('--hash <digits>', 'the first 12 or more digits of the sha256 of what you saw')
      .option('--reason <text>', name === 'approve' ? 'a note for the trail' : 'why; required')
      .action((review: string, given: { as?: string; hash?: string; reason?: string }) =>
        inWorld((world, { operator }) => decideByCli(world, name, { review, ...given }, operator), {
          works: name === 'approve' && given.hash !== undefined,
          alone: true,
        })(),
      );
  decision('approve', 'approve exactly the bytes of this hash; without --hash it shows the item');
  decision('reject', 'reject it; it goes to the archive and the skills’ owners read why');
  decision('ask', 'ask for a change; the workflow runs again with your note');
}

const LINGERS_MS = 2000;

/** Entry of the launcher. The process ends soon after the command, even where a library keeps a handle open. */
export async function main(argv: string[]): Promise<void> {
  process.exitCode = await runCli(argv);
  // Keeps nothing alive itself: it comes to this only where something else does.
  setTimeout(() => process.exit(), LINGERS_MS).unref();
}
