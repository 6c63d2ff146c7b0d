import { resolve } from 'node:path';
import type { Command as Program } from 'commander';
import { makeLog } from '../log.ts';
import { exampleHome } from '../main/example.ts';
import { openGround } from '../main/open.ts';
import { type AddedSkill, addSkill } from '../skills/add.ts';
import { checkHome } from '../workflows/check-home.ts';
import { initHome } from '../workflows/init.ts';
import type { Printed } from './io.ts';
import type { CliContext } from './world.ts';

type Answering = (act: (context: CliContext) => Promise<Printed>) => () => Promise<void>;

/** Commands about files: making a home, checking it, taking in a skill; and bringing the database up to date. */
export function homeCommands(program: Program, answer: Answering, folder: string): void {
  program
    .command('init [folder]')
    .description('write a small home to start from')
    .option('--json', 'print one JSON document')
    .action((target: string | undefined) => answer(() => init(resolve(folder, target ?? '.')))());
  program
    .command('check [home]')
    .description('check a home; every problem at once, with file, line and column')
    .option('--json', 'print one JSON document')
    .action((target: string | undefined) =>
      answer(async ({ config, env }) => {
        const home = target ? resolve(folder, target) : (config.home ?? (await exampleHome(config.data)));
        const report = await checkHome(home, { env });
        return { text: report.text, json: report.json, exit: report.ok ? 0 : 1 };
      })(),
    );
  program
    .command('migrate')
    .description('bring the database up to date')
    .option('--json', 'print one JSON document')
    .action(answer(migrateOnly));
  const skill = program.command('skill').description('skills of the home');
  skill
    .command('add <folder>')
    .description('copy an Agent Skills folder into the home and write a spec.yaml to fill in')
    .option('--json', 'print one JSON document')
    .action((source: string) =>
      answer(async ({ config }) => {
        const home = config.home ?? (await exampleHome(config.data));
        const added = await addSkill(home, resolve(folder, source));
        return { text: addedText(added), json: added, exit: 0 };
      })(),
    );
}

const addedText = ({ skill, path, fill }: AddedSkill): string =>
  `${skill} lies in ${path}/. Fill in ${path}/spec.yaml${fill.length > 0 ? `: ${fill.join(', ')}` : ''}; then name it in a workflow and run cowork-ops check.`;

async function init(target: string): Promise<Printed> {
  const files = await initHome(target);
  const text = [
    `A home to start from lies in ${target}: ${files.length} files.`,
    `Check it:  cowork-ops check ${target}`,
    `Run it:    COWORK_HOME=${target} cowork-ops start`,
  ].join('\n');
  return { text, json: { home: target, files }, exit: 0 };
}

async function migrateOnly({ config, clock }: CliContext): Promise<Printed> {
  const opened = await openGround({ config, clock, log: makeLog(config.logLevel), works: false });
  try {
    return { text: `${opened.store.where} is up to date.`, json: { ok: true, database: opened.store.where }, exit: 0 };
  } finally {
    await opened.close();
  }
}
