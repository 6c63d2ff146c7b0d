import { type REST, Routes } from 'discord.js';
import type { DiscordConfig } from '../../../config.ts';
import type { Finding } from '../../connect/finding.ts';
import { fieldOf } from '../../connect/payload.ts';
import { discordTrouble, isTokenRefused } from './explain.ts';
import { amiss, well } from './finding.ts';
import { accountOf, tokenProblem } from './token-kind.ts';

/** What Discord told of the application that the token is of. */
export interface Application {
  id: string;
  name: string;
  botUser: string;
  /** Where Discord sends interactions over HTTP; null: to whoever holds the gateway. */
  endpoint: string | null;
  /** 64 hex digits; null where Discord did not say. */
  publicKey: string | null;
}

export const textIn = (value: unknown, key: string): string | null => {
  const found = fieldOf(value, key);
  return typeof found === 'string' && found !== '' ? found : null;
};

/** Whose token it is, and whether it is a bot's at all; the rest can be asked only with an `application`. */
export async function examineToken(
  rest: REST,
  { botToken, applicationId, apiUrl }: Pick<DiscordConfig, 'botToken' | 'applicationId' | 'apiUrl'>,
): Promise<{ finding: Finding; application: Application | null }> {
  const failed = (says: string) => ({ finding: amiss('token', says), application: null });
  const problem = tokenProblem(botToken);
  if (problem) return failed(problem);
  try {
    const told = await rest.get(Routes.currentApplication());
    const user = await rest.get(Routes.user());
    const application = {
      id: textIn(told, 'id') ?? '',
      name: textIn(told, 'name') ?? 'unknown',
      botUser: textIn(user, 'id') ?? '',
      endpoint: textIn(told, 'interactions_endpoint_url'),
      publicKey: textIn(told, 'verify_key'),
    };
    if (application.id !== applicationId) return failed(otherApplication(application, applicationId));
    return {
      finding: well('token', `the bot of the application ${application.name} (${application.id})`),
      application,
    };
  } catch (error) {
    // A test's address that was left behind is easily overlooked.
    const where = apiUrl === null ? '' : ` DISCORD_API_URL says that Discord is at ${new URL(apiUrl).origin}.`;
    return failed(`${isTokenRefused(error) ? refused(botToken, applicationId) : `${discordTrouble(error)}.`}${where}`);
  }
}

const otherApplication = ({ id, name }: Application, applicationId: string): string =>
  `DISCORD_TOKEN is of the application ${name} (${id}), and DISCORD_APPLICATION_ID is ${applicationId}. Copy both from the same application: Application ID stands on its page General Information.`;

function refused(token: string, applicationId: string): string {
  const account = accountOf(token);
  const whose =
    account === null || account === applicationId
      ? 'It was reset since, or copied in part'
      : `It is for the account ${account}, which is not the application of DISCORD_APPLICATION_ID: a token of a person, or of another bot`;
  return `Discord does not take DISCORD_TOKEN (401). ${whose}. Press Reset Token on the page Bot of the application, and put the new one into .env.`;
}
