import { createHmac, randomUUID } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { WebAPIRateLimitedError, type WebClient } from '@slack/web-api';
import type { Clock } from '../../../clock.ts';
import type { SlackConfig } from '../../../config.ts';
import type { Finding } from '../../connect/finding.ts';
import { causeOf, whyUnreachable } from '../../connect/why-unreachable.ts';
import { appOf } from '../connect/ours.ts';
import { slackCode, slackTrouble } from './explain.ts';
import { amiss, well } from './finding.ts';
import { EVENTS_PATH } from './manifest.ts';
import { tokenProblem } from './token-kind.ts';

/**
 * Socket Mode: whether the app-level token opens a connection, and whether it belongs to the same app as the bot
 * (`botApp`; null where that is not known).
 */
export async function examineAppToken(appToken: string, client: WebClient, botApp: string | null): Promise<Finding> {
  const problem = tokenProblem('SLACK_APP_TOKEN', appToken);
  if (problem) return amiss('app token', problem);
  const app = appOf(appToken);
  if (app !== null && botApp !== null && app !== botApp) {
    return amiss(
      'app token',
      `SLACK_APP_TOKEN belongs to the app ${app} and SLACK_BOT_TOKEN to the app ${botApp}. Copy both from one app.`,
    );
  }
  try {
    await client.apps.connections.open();
    return well('app token', 'opens a connection (Socket Mode)');
  } catch (error) {
    // Slack takes this question about once a minute; to have asked before is no fault of the token.
    if (error instanceof WebAPIRateLimitedError) {
      return well('app token', `not tried: ${slackTrouble(error)}. Run doctor again then`);
    }
    if (slackCode(error) === 'missing_scope') {
      return amiss(
        'app token',
        'SLACK_APP_TOKEN lacks connections:write. Make a new one under "Basic Information", "App-Level Tokens", with that scope.',
      );
    }
    if (slackCode(error) === 'socket_mode_not_enabled' || slackCode(error) === 'forbidden_team') {
      return amiss(
        'app token',
        `Socket Mode is off in the app (${slackCode(error)}). Switch it on under "Socket Mode".`,
      );
    }
    return amiss('app token', `SLACK_APP_TOKEN: ${slackTrouble(error)}.`);
  }
}

export interface HttpDoor {
  signingSecret: SlackConfig['signingSecret'];
  publicUrl: string | null;
  clock: Clock;
  fetch?: typeof fetch;
  /** The addresses of a host's name; rejects where there are none. */
  resolve?: (name: string) => Promise<unknown>;
}

const WAIT_MS = 10_000;
/** A name that resolves wherever names do. */
const KNOWN_NAME = 'slack.com';

/**
 * HTTP mode: knocks at the public address as Slack does when it verifies one, signed with our secret. Only a product that
 * runs can answer, so silence there is no failure; a wrong answer is, and so is what keeps Slack out whoever answers: a
 * certificate that nobody trusts, or a name that leads nowhere.
 */
export async function examineHttp({
  signingSecret,
  publicUrl,
  clock,
  fetch: ask = fetch,
  resolve = lookup,
}: HttpDoor): Promise<Finding> {
  const problem = tokenProblem('SLACK_SIGNING_SECRET', signingSecret ?? '');
  if (problem) return amiss('http', problem);
  if (publicUrl === null || new URL(publicUrl).protocol !== 'https:') {
    return amiss('http', 'HTTP mode needs PUBLIC_URL, the https address under which Slack reaches this host.');
  }
  const url = new URL(EVENTS_PATH, publicUrl).href;
  const challenge = randomUUID();
  const body = JSON.stringify({ type: 'url_verification', challenge });
  const at = Math.floor(clock.now().getTime() / 1000).toString();
  const signature = `v0=${createHmac('sha256', signingSecret ?? '')
    .update(`v0:${at}:${body}`)
    .digest('hex')}`;
  try {
    const answer = await ask(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-slack-request-timestamp': at,
        'x-slack-signature': signature,
      },
      body,
      redirect: 'manual',
      signal: AbortSignal.timeout(WAIT_MS),
    });
    return judged(url, answer.status, (await answer.text()).includes(challenge));
  } catch (error) {
    return unanswered(url, error, resolve);
  }
}

async function unanswered(url: string, error: unknown, resolve: NonNullable<HttpDoor['resolve']>): Promise<Finding> {
  const problem = await whyUnreachable(url, error, { platform: 'Slack', knownName: KNOWN_NAME, resolve });
  return problem === null ? well('http', `${notYet(url)} (${causeOf(error)})`) : amiss('http', problem);
}

function judged(url: string, status: number, echoed: boolean): Finding {
  if (status === 200 && echoed) return well('http', `${url} answers, with the right signing secret`);
  if (status === 401) {
    return amiss(
      'http',
      `${url} refuses our signature: the product there runs with another SLACK_SIGNING_SECRET, or its clock is off. Restart it with this one.`,
    );
  }
  if (status >= 502 && status <= 504) return well('http', `${notYet(url)} (HTTP ${status} from the proxy)`);
  const moved = status >= 300 && status < 400 ? ', and Slack does not follow redirects' : '';
  return amiss(
    'http',
    `${url} answers with HTTP ${status}${moved}: another program is there. Pass POST ${EVENTS_PATH} on to this product.`,
  );
}

const notYet = (url: string): string =>
  `nobody answers at ${url} yet: start the product, run doctor again, then let Slack verify the address`;
