import type { Finding } from '../chat/connect/finding.ts';
import { examineSlack } from '../chat/slack/setup/examine.ts';
import { well } from '../chat/slack/setup/finding.ts';
import { isLoopback } from '../http/exposure.ts';
import { makeLog } from '../log.ts';
import type { Team } from '../people/team.ts';
import type { CliContext } from './world.ts';

/** Not wrong: everything can be done in Slack without the console. */
const NO_LINKS = well(
  'links',
  'PUBLIC_URL is not set, so the console opens on this machine only: messages have no links to it, and the link of /cowork console works only here',
);

/** What `doctor` found out about Slack; nothing where it is switched off. */
export async function doctorSlack(
  { config, clock }: CliContext,
  team: Team | null,
  groupTrouble: string | null,
): Promise<Finding[]> {
  const { slack, publicUrl, host } = config;
  if (slack === null) return [];
  // The library's own lines about a failed attempt would only repeat what is found.
  const found = await examineSlack({ config: slack, publicUrl, team, clock, log: makeLog('silent'), groupTrouble });
  return publicUrl === null && isLoopback(host) ? [...found, NO_LINKS] : found;
}
