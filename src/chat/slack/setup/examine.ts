import { WebClient } from '@slack/web-api';
import type { Clock } from '../../../clock.ts';
import type { SlackConfig } from '../../../config.ts';
import type { Logger } from '../../../log.ts';
import type { Team } from '../../../people/team.ts';
import type { Finding } from '../../connect/finding.ts';
import { clientOptions } from '../connect/clients.ts';
import { examineAppToken, examineHttp } from './examine-door.ts';
import { examineGroup } from './examine-group.ts';
import { examinePeople } from './examine-people.ts';
import { examinePlaces } from './examine-places.ts';
import { examineScopes, examineToken, type Installed } from './examine-token.ts';
import { amiss, well } from './finding.ts';

export interface SlackExamination {
  config: SlackConfig;
  publicUrl: string | null;
  /** Null where the home cannot be used: then nothing is asked about its ids. */
  team: Team | null;
  clock: Clock;
  log: Logger;
  /** What the running product noted about the user group of the rota. */
  groupTrouble: string | null;
}

/** Tries with Slack everything that the product will need of it; changes nothing there, and never shows a token. */
export async function examineSlack(asked: SlackExamination): Promise<Finding[]> {
  const { config, log, clock } = asked;
  const heard = { skewMs: null as number | null };
  const options = { ...clientOptions(config, log, { retries: 1, timeoutMs: 10_000 }), fetch: listening(clock, heard) };
  const client = new WebClient(config.botToken, options);
  const { finding, installed } = await examineToken(config, client);
  const botApp = installed ? await appOfBot(client, installed) : null;
  return [
    finding,
    ...(installed ? [examineScopes(installed)] : []),
    config.appToken !== null
      ? await examineAppToken(config.appToken, new WebClient(config.appToken, options), botApp)
      : await examineHttp({ ...config, publicUrl: asked.publicUrl, clock }),
    ...examineClock(heard.skewMs, config.appToken === null),
    ...(installed && asked.team ? await examineHome(client, asked.team, installed, asked) : []),
  ];
}

async function examineHome(
  client: WebClient,
  team: Team,
  installed: Installed,
  { clock, groupTrouble }: SlackExamination,
): Promise<Finding[]> {
  const places = await examinePlaces(client, team, installed);
  const people = await examinePeople(client, team, installed);
  const group = await examineGroup(client, { team, now: clock.now(), trouble: groupTrouble });
  const asked = places.asked + people.asked;
  const elsewhere = asked > 1 && places.unknown + people.unknown === asked;
  const { workspace, url } = installed;
  return [
    ...(elsewhere
      ? [
          amiss(
            'workspace',
            `none of the ${asked} Slack ids in cowork.yaml is known in ${workspace} (${url}). Is the token of another workspace?`,
          ),
        ]
      : []),
    ...places.findings,
    ...people.findings,
    ...(group ? [group] : []),
  ];
}

/** Slack refuses nothing before five minutes; a clock that is a minute off is wrong all the same. */
const MOST_SKEW_MS = 60_000;

function examineClock(skewMs: number | null, http: boolean): Finding[] {
  if (skewMs === null) return [];
  const seconds = Math.round(Math.abs(skewMs) / 1000);
  if (Math.abs(skewMs) <= MOST_SKEW_MS) return [well('clock', `agrees with Slack’s within ${Math.max(1, seconds)} s`)];
  const way = skewMs > 0 ? 'ahead of' : 'behind';
  const harm = http ? ' From five minutes on each of Slack’s requests is refused.' : '';
  return [amiss('clock', `this host’s clock is ${seconds} s ${way} Slack’s. Set it by NTP.${harm}`)];
}

/** Notes by each answer how far this host's clock is ahead of Slack's, in milliseconds; the header has whole seconds. */
const listening =
  (clock: Clock, heard: { skewMs: number | null }): typeof fetch =>
  async (url, init) => {
    const answer = await fetch(url, init);
    const told = Date.parse(answer.headers.get('date') ?? '');
    if (!Number.isNaN(told)) heard.skewMs = clock.now().getTime() - told;
    return answer;
  };

/** The app that the bot belongs to, where the token may ask; a doubt here is no finding. */
async function appOfBot(client: WebClient, { botUser }: Installed): Promise<string | null> {
  try {
    const { user } = await client.users.info({ user: botUser });
    return user?.profile?.api_app_id || null;
  } catch {
    return null;
  }
}
