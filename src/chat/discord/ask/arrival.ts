import { randomUUID } from 'node:crypto';
import type { MessageView } from '../../../message/view.ts';
import type { Team } from '../../../people/team.ts';
import type { AskRow } from '../../../store/schema.ts';
import type { Payload } from '../../connect/payload.ts';
import { type NewAsk, takeAsk } from '../../inbox.ts';
import { inTime } from '../../receive/in-time.ts';
import type { Sender } from '../../receive/sender.ts';
import { strangerView } from '../../receive/stranger.ts';
import { unsure } from '../../receive/words.ts';
import type { Arrived, Discord } from '../discord.ts';
import { drawOptions, plainOptions } from '../receive/draw.ts';
import { type First, giveFirst, saying } from '../receive/first-answer.ts';
import { readInteraction } from '../receive/read-interaction.ts';
import { senderId, senderOf } from '../receive/sender.ts';
import { wayOf } from '../receive/way.ts';

/** What follows a command: its first answer, and what was noted to be done. */
export interface Next {
  first: First;
  ask: AskRow | null;
}

/** Our own words in place of anything else. */
export const saysOnly = async (discord: Discord, view: MessageView): Promise<Next> => ({
  first: saying(view, await drawOptions(discord), { inPlace: false }),
  ask: null,
});

/** Whoever asks and today's team; for somebody whom nothing lets in, the words for them. */
export async function whoAsks(discord: Discord, body: Payload): Promise<{ from: Sender; team: Team } | Next> {
  const from = await senderOf(discord, body);
  if (from.sender === '' && !from.outsider) return saysOnly(discord, unsure('discord'));
  const { team } = (await discord.ground.homes.active()).home;
  if (from.person === null && !from.member) return saysOnly(discord, strangerView('discord', team, from));
  return { from, team };
}

/**
 * Answers a command in time, whatever becomes of it: what was noted is worked on after that, and what could not be noted
 * was not done, and says so in the words of `notNoted`.
 */
export async function answerFirst(
  discord: Discord,
  arrived: Arrived,
  work: Promise<Next>,
  notNoted: (ended: 'late' | 'unsure' | 'failed') => MessageView,
): Promise<void> {
  const { body, deadline } = arrived;
  const came = await inTime(discord, deadline, work, ({ ask }) => ask);
  // Nothing more is asked of a record that does not answer.
  const { first, ask } =
    came.ended === 'well'
      ? came.value
      : { first: saying(notNoted(came.ended), plainOptions(discord), { inPlace: false }), ask: null };
  const to = { ...wayOf(discord, readInteraction(body)), sender: senderId(body) ?? '' };
  await giveFirst(discord, arrived, to, first);
  // It was noted, so it is done whatever became of the answer.
  if (ask) discord.after({ ask: ask.id, kind: ask.kind }, () => discord.perform(ask));
}

/** Notes what somebody asked for: the same interaction, however often it comes, is one ask. */
export function note(
  discord: Discord,
  { body, deadline }: Pick<Arrived, 'body' | 'deadline'>,
  { sender, person, place }: Sender,
  asked: Pick<NewAsk, 'kind' | 'payload'>,
): Promise<AskRow | null> {
  const key = `interaction:${readInteraction(body).id || randomUUID()}`;
  const noted = { platform: 'discord', key, sender, person, place, ...asked } as const;
  return takeAsk(discord.ground, discord.process, noted, deadline);
}
