import { examineSlack } from '../chat/slack/setup/examine.ts';
import type { SlackFinding } from '../chat/slack/setup/finding.ts';
import { makeLog } from '../log.ts';
import type { Team } from '../people/team.ts';
import type { CliContext } from './world.ts';

/** What `doctor` found out about Slack; nothing where it is switched off. */
export async function doctorSlack(
  { config, clock }: CliContext,
  team: Team | null,
  groupTrouble: string | null,
): Promise<SlackFinding[]> {
  const { slack, publicUrl } = config;
  if (slack === null) return [];
  // The library's own lines about a failed attempt would only repeat what is found.
  return examineSlack({ config: slack, publicUrl, team, clock, log: makeLog('silent'), groupTrouble });
}
