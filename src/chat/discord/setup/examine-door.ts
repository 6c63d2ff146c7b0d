import { lookup } from 'node:dns/promises';
import { type REST, Routes } from 'discord.js';
import type { DiscordConfig } from '../../../config.ts';
import type { Finding } from '../../connect/finding.ts';
import { causeOf, whyUnreachable } from '../../connect/why-unreachable.ts';
import { isSparing, type Starts, startsIn } from '../connect/starts.ts';
import type { Application } from './examine-token.ts';
import { discordTrouble } from './explain.ts';
import { amiss, well } from './finding.ts';

export const INTERACTIONS_PATH = '/discord/interactions';

const FIELD = 'the field Interactions Endpoint URL on the page General Information of the application';

/** The gateway: that clicks come over it at all, and how many sessions may be begun today. */
export async function examineGateway(
  rest: REST,
  { endpoint, publicKey }: Pick<Application, 'endpoint' | 'publicKey'>,
): Promise<Finding[]> {
  const clicks =
    endpoint === null
      ? []
      : [
          amiss(
            'clicks',
            `the gateway is used, and the application has the interactions endpoint ${endpoint}: Discord sends every click and command there, and none of them arrives. Empty ${FIELD}. (Or use HTTP mode: DISCORD_PUBLIC_KEY=${publicKey ?? '…'} and PUBLIC_URL.)`,
          ),
        ];
  try {
    const told = await rest.get(Routes.gatewayBot());
    return [...clicks, startsLeft(startsIn(told))];
  } catch (error) {
    return [...clicks, amiss('gateway', `${discordTrouble(error)}.`)];
  }
}

function startsLeft({ left, total, resetMs, shards }: Starts): Finding {
  const says = `${left} of ${total} sessions may still be begun in ${Math.ceil(resetMs / 3_600_000)} h`;
  const many = shards > 1 ? `, ${shards} shards` : '';
  if (!isSparing({ left, total })) return well('gateway', `${says}${many}`);
  const harm =
    left === 0
      ? 'Until then the bot cannot log in'
      : 'At none Discord makes the token invalid, so the product waits before it begins one';
  return amiss(
    'gateway',
    `${says}. ${harm}. Something starts again and again: look at the log, and for a second product with the same token.`,
  );
}

export interface HttpDoor {
  config: Pick<DiscordConfig, 'publicKey'>;
  publicUrl: string | null;
  application: Pick<Application, 'endpoint' | 'publicKey'>;
  fetch?: typeof fetch;
  /** The addresses of a host's name; rejects where there are none. */
  resolve?: (name: string) => Promise<unknown>;
}

/** HTTP mode: the key, the address that Discord has, and a knock at it. */
export async function examineHttp({ config, publicUrl, application, ...ways }: HttpDoor): Promise<Finding[]> {
  const found: Finding[] = [];
  const { publicKey } = application;
  if (publicKey !== null && publicKey.toLowerCase() !== config.publicKey?.toLowerCase()) {
    found.push(
      amiss(
        'public key',
        `DISCORD_PUBLIC_KEY is not the key of this application, so everything that Discord sends would be turned away. It is ${publicKey} (Public Key on the page General Information).`,
      ),
    );
  }
  if (publicUrl === null || new URL(publicUrl).protocol !== 'https:') {
    const says =
      'HTTP mode needs PUBLIC_URL, the https address under which Discord reaches this host. (Without DISCORD_PUBLIC_KEY the gateway is used, which needs none.)';
    return [...found, amiss('http', says)];
  }
  const url = new URL(INTERACTIONS_PATH, publicUrl).href;
  return [...found, endpointFinding(application.endpoint, url), await knock(url, ways)];
}

function endpointFinding(endpoint: string | null, url: string): Finding {
  if (endpoint === url) return well('endpoint', `Discord sends clicks and commands to ${url}`);
  const todo = `Start the product, then put ${url} into ${FIELD}, and save: Discord tries it at once.`;
  return endpoint === null
    ? amiss(
        'endpoint',
        `DISCORD_PUBLIC_KEY is set, so HTTP mode is used, and Discord has no address to send clicks to. ${todo}`,
      )
    : amiss('endpoint', `Discord sends clicks to ${endpoint}, and this product is at another address. ${todo}`);
}

const WAIT_MS = 10_000;
const KNOWN_NAME = 'discord.com';

/**
 * Knocks as Discord does with a bad signature, which only a product that looks at signatures turns away; a good one is
 * Discord's alone. Only a product that runs can answer, so silence is no failure; a wrong answer is.
 */
async function knock(
  url: string,
  { fetch: ask = fetch, resolve = lookup }: Pick<HttpDoor, 'fetch' | 'resolve'>,
): Promise<Finding> {
  try {
    const { status } = await ask(url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-signature-timestamp': '0',
        'x-signature-ed25519': '0'.repeat(128),
      },
      body: '{"type":1}',
      redirect: 'manual',
      signal: AbortSignal.timeout(WAIT_MS),
    });
    return judged(url, status);
  } catch (error) {
    const problem = await whyUnreachable(url, error, { platform: 'Discord', knownName: KNOWN_NAME, resolve });
    return problem === null ? well('http', `${notYet(url)} (${causeOf(error)})`) : amiss('http', problem);
  }
}

function judged(url: string, status: number): Finding {
  if (status === 401) return well('http', `${url} answers, and turns away what Discord did not sign`);
  if (status >= 502 && status <= 504) return well('http', `${notYet(url)} (HTTP ${status} from the proxy)`);
  if (status === 404) {
    return amiss(
      'http',
      `${url} answers with HTTP 404: the product there runs without DISCORD_PUBLIC_KEY, or it is another program. Restart it, or pass POST ${INTERACTIONS_PATH} on to it.`,
    );
  }
  const moved = status >= 300 && status < 400 ? ', and Discord does not follow redirects' : '';
  return amiss(
    'http',
    `${url} answers with HTTP ${status}${moved}: another program is there. Pass POST ${INTERACTIONS_PATH} on to this product.`,
  );
}

const notYet = (url: string): string =>
  `nobody answers at ${url} yet: start the product, run doctor again, then save the address at Discord`;
