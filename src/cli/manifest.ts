import type { Command as Program } from 'commander';
import { slackManifest } from '../chat/slack/setup/manifest.ts';
import { type Output, say } from './io.ts';

const PASTE =
  'Paste what follows, from { to }, at https://api.slack.com/apps?new_app=1 under "From a manifest", choose JSON, then ' +
  'install the app. What comes next: docs/slack.md.\n';

/**
 * `manifest slack`: the app as Slack takes it. Reads nothing of the environment, since it comes before there is a token;
 * the JSON alone is on standard output, so that it can be sent to a file or the clipboard.
 */
export function manifestCommand(program: Program, output: Output, done: (code: number) => void): void {
  program
    .command('manifest')
    .description('what a chat platform has to know about the app')
    .command('slack')
    .description('the Slack app as a manifest, to paste into "Create an app"')
    .option('--http <url>', 'for HTTP mode: the public https address of the product; Socket Mode unless said')
    .option('--json', 'print one JSON document, without the hint on standard error')
    .action(({ http, json = false }: { http?: string; json?: boolean }) => {
      const text = JSON.stringify(slackManifest({ http: http ?? null }), null, 2);
      // Before the JSON, so that whoever copies to the end of the terminal copies nothing else.
      if (!json) output.err(PASTE);
      done(say(output, { text, json: JSON.parse(text) as unknown, exit: 0 }, json));
    });
}
