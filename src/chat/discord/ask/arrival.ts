import { randomUUID } from 'node:crypto';
import type { MessageView } from '../../../message/view.ts';
import type { AskRow } from '../../../store/schema.ts';
import { type NewAsk, takeAsk } from '../../inbox.ts';
import { inTime } from '../../receive/in-time.ts';
import type { Arrived, Discord } from '../discord.ts';
import { drawOptions, plainOptions } from '../receive/draw.ts';
import { type First, giveFirst, saying } from '../receive/first-answer.ts';
import { readInteraction } from '../receive/read-interaction.ts';
import { type Sender, senderId } from '../receive/sender.ts';
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
