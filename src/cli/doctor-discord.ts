import type { Finding } from '../chat/connect/finding.ts';
import { examineDiscord } from '../chat/discord/setup/examine.ts';
import { well } from '../chat/discord/setup/finding.ts';
import { isLoopback } from '../http/exposure.ts';
import { makeLog } from '../log.ts';
import type { Home } from '../workflows/home.ts';
import type { CliContext } from './world.ts';

/** Not wrong: everything can be done in Discord without the console. */
const NO_LINKS = well(
  'links',
  'PUBLIC_URL is not set, so the console opens on this machine only: messages have no links to it, and the link of /cowork console works only here',
);

/** What `doctor` found out about Discord; nothing where it is switched off. */
export async function doctorDiscord({ config, clock }: CliContext, home: Home | null): Promise<Finding[]> {
  const { discord, publicUrl, host } = config;
  if (discord === null) return [];
  // The library's own lines about a failed attempt would only repeat what is found.
  const log = makeLog('silent');
  const found = await examineDiscord({ config: discord, publicUrl, home: home && aboutDiscord(home), clock, log });
  return publicUrl === null && isLoopback(host) ? [...found, NO_LINKS] : found;
}

const aboutDiscord = ({ team, workflows }: Home) => ({
  team,
  roles: Object.values(workflows).flatMap(({ spec }) => {
    const role = spec.review.discord_role;
    return role === undefined ? [] : [{ workflow: spec.workflow, role }];
  }),
});
