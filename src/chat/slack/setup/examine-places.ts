import type { WebClient } from '@slack/web-api';
import type { Team } from '../../../people/team.ts';
import type { Finding } from '../../connect/finding.ts';
import type { Installed } from './examine-token.ts';
import { slackCode, slackTrouble } from './explain.ts';
import { amiss, well } from './finding.ts';

/** Slack's channels of the home, each with the names it goes by there. */
export function slackPlaces(team: Pick<Team, 'channels' | 'alerts'>): Map<string, string[]> {
  const named = [
    ...Object.entries(team.channels).map(([name, places]) => ({ name: `#${name}`, places })),
    { name: 'alerts.fallback', places: team.alerts.fallback },
  ];
  const found = new Map<string, string[]>();
  for (const { name, places } of named)
    for (const place of places)
      if (place.startsWith('slack:')) {
        const id = place.slice('slack:'.length);
        found.set(id, [...new Set([...(found.get(id) ?? []), name])]);
      }
  return found;
}

/** Each place of the home in Slack: is it there, is it open, is the bot in it. `unknown` counts those nobody knows. */
export async function examinePlaces(
  client: WebClient,
  team: Team,
  installed: Installed,
): Promise<{ findings: Finding[]; asked: number; unknown: number }> {
  const places = slackPlaces(team);
  if (places.size === 0) {
    const says = 'cowork.yaml names none, so nothing is posted in Slack. Add slack:C… to a channel there.';
    return { findings: [well('places', says)], asked: 0, unknown: 0 };
  }
  const [bad, fine]: [Finding[], string[]] = [[], []];
  let unknown = 0;
  for (const [id, names] of places) {
    const label = `${names.join(', ')} (slack:${id})`;
    const { says, ok, strange, silent } = await examineOne(client, id, installed);
    if (ok) fine.push(`${label} is ${says}`);
    else bad.push(amiss('place', `${label}: ${says}`));
    if (strange) unknown += 1;
    // Whoever does not answer for one does not answer for the next; each would take its time.
    if (silent) break;
  }
  const findings = [...(fine.length > 0 ? [well('places', fine.join('\n'))] : []), ...bad];
  return { findings, asked: places.size, unknown };
}

interface Judged {
  ok: boolean;
  says: string;
  /** Nobody in this workspace knows the id. */
  strange?: boolean;
  /** Slack did not answer at all. */
  silent?: boolean;
}

async function examineOne(client: WebClient, id: string, installed: Installed): Promise<Judged> {
  const invite = `Type /invite @${installed.botName} in it.`;
  if (/^[UW]/.test(id)) return { ok: false, says: 'this is a person. Name a channel, whose id begins with C or G.' };
  try {
    const { channel } = await client.conversations.info({ channel: id });
    const name = `#${channel?.name ?? id}`;
    if (channel?.is_archived) {
      return { ok: false, says: `${name} is archived. Unarchive it, or name another channel in cowork.yaml.` };
    }
    const shared = channel?.is_ext_shared ? ', shared with another organisation, whose people read it too' : '';
    if (channel?.is_member) return { ok: true, says: `${name}${shared}` };
    if (!channel?.is_private && installed.scopes?.has('chat:write.public')) {
      const less = 'the bot posts without being in it, and cannot look for a message whose answer was lost';
      return { ok: true, says: `${name}${shared}; ${less}. ${invite}` };
    }
    return { ok: false, says: `@${installed.botName} is not in ${name}, so it cannot post there. ${invite}` };
  } catch (error) {
    const code = slackCode(error);
    if (code !== 'channel_not_found') return { ok: false, silent: code === null, says: `${slackTrouble(error)}.` };
    return {
      ok: false,
      strange: true,
      says: `channel_not_found: there is no such channel in ${installed.workspace}, or it is private and the bot is not in it. Correct the id (channel name > Copy > Copy channel ID), or: ${invite}`,
    };
  }
}
