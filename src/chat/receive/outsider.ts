import { sentencesView } from '../../../blocks/sentences.ts';
import type { World } from '../../../commands/command.ts';
import { refused } from '../../errors.ts';
import { type Elsewhere, PLATFORM_NAMES } from '../../message/platform.ts';
import type { MessageView } from '../../message/view.ts';
import { sentenceList, shortName } from '../../people/names.ts';
import { whoMay } from '../../people/permissions.ts';
import type { Team } from '../../people/team.ts';
import { type ActRequest, refusedAct } from '../acts.ts';

/** Why somebody counts for nobody, whatever `cowork.yaml` says of their id: what the platform tells of them. */
export type Outsider = 'guest' | 'bot' | 'stranger' | 'gone' | 'pending';

/** Reads what was noted; null for what this product has not noted so. */
export const readOutsider = (noted: unknown): Outsider | null =>
  typeof noted === 'string' && Object.hasOwn(WHY, noted) ? (noted as Outsider) : null;

/** What a platform calls the whole of its people. */
const WHOLE: Record<Elsewhere, string> = { slack: 'workspace', discord: 'server' };

const WHY: Record<Outsider, (name: string, whole: string) => string> = {
  guest: (name) => `You are a guest in ${name}, and guests may do nothing here.`,
  bot: () => 'This account is a bot, and bots may do nothing here.',
  stranger: (name, whole) =>
    `Your ${name} account is not one of this ${whole}, and only its members may do things here.`,
  gone: (name) => `Your ${name} account is deactivated, so it may do nothing here.`,
  pending: (_, whole) => `You have not agreed to the rules of this ${whole} yet, so you may do nothing here.`,
};

/** `You are a guest in Slack, and guests may do nothing here. Nothing was done. Ask Jon: …` */
export function outsiderWords(via: Elsewhere, team: Team, outsider: Outsider, so = ' Nothing was done.'): string {
  return `${WHY[outsider](PLATFORM_NAMES[via], WHOLE[via])}${so} ${next(via, team, outsider)}`;
}

function next(via: Elsewhere, team: Team, outsider: Outsider): string {
  if (outsider === 'pending') return `Agree to them in ${PLATFORM_NAMES[via]}, then try again.`;
  const admins = whoMay({ team }, 'people').map((key) => shortName(team, key));
  const who = admins.length > 0 ? `Ask ${sentenceList(admins)}` : 'Ask an admin';
  const whole = outsider === 'guest' ? 'a full member' : 'a member';
  return `${who}: the account that cowork.yaml names for you has to be ${whole} of the ${WHOLE[via]}.`;
}

/** The refusal of an act that somebody clicked for, noted like any other. */
export async function refuseOutsider(
  world: World,
  request: ActRequest & { via: Elsewhere; sender: string },
  outsider: Outsider,
): Promise<MessageView> {
  const { team } = (await world.homes.active()).home;
  const why = refused(outsiderWords(request.via, team, outsider), { act: request.click.intent });
  return (await refusedAct(world, request, why)).view;
}

export const outsiderView = (via: Elsewhere, team: Team, outsider: Outsider): MessageView =>
  sentencesView(outsiderWords(via, team, outsider), 'warn');
