import type { Answer } from '../../../../commands/command.ts';
import type { MessageView } from '../../../message/view.ts';
import type { AskRow } from '../../../store/schema.ts';
import { namedIn, subjectOfMessage } from '../../ask/message-subject.ts';
import { storyOf } from '../../ask/story.ts';
import { fieldOf } from '../../connect/payload.ts';
import { cameTo } from '../../receive/words.ts';
import { placeOf } from '../deliver/address.ts';
import type { Arrived, Discord } from '../discord.ts';
import { readWay } from '../receive/asked-payload.ts';
import { waiting } from '../receive/first-answer.ts';
import { readInteraction } from '../receive/read-interaction.ts';
import { wayOf } from '../receive/way.ts';
import { answerFirst, type Next, note, whoAsks } from './arrival.ts';
import type { AskPayload, StoryPayload } from './payload.ts';
import { answerAsked, answerTyped } from './tell.ts';

/** "What happened?" on a message: the story of the run that it is about, for that person alone. */
export const handleStory = (discord: Discord, arrived: Arrived): Promise<void> =>
  answerFirst(discord, arrived, consider(discord, arrived), cameTo);

async function consider(discord: Discord, arrived: Arrived): Promise<Next> {
  const { body } = arrived;
  const who = await whoAsks(discord, body);
  if ('first' in who) return who;
  const { from } = who;
  const received = readInteraction(body);
  const parent = idOf(fieldOf(body.channel, 'parent_id'));
  const payload: StoryPayload = {
    ...{ what: 'story', member: from.member, channel: received.channel, parent, ...pointedAt(discord, body.data) },
    ...wayOf(discord, received),
  };
  return { first: waiting(false), ask: await note(discord, arrived, from, { kind: 'shortcut', payload }) };
}

const idOf = (value: unknown): string | null => (typeof value === 'string' && /^\d{1,25}$/.test(value) ? value : null);

/** The message that was pointed at; of anybody else's nothing is read. */
function pointedAt(discord: Discord, data: unknown): Pick<StoryPayload, 'message' | 'named'> {
  const id = idOf(fieldOf(data, 'target_id'));
  if (id === null) return { message: null, named: null };
  const message = fieldOf(fieldOf(fieldOf(data, 'resolved'), 'messages'), id);
  const ours = fieldOf(fieldOf(message, 'author'), 'id') === discord.guild().botUser;
  return { message: id, named: ours ? namedIn(message) : null };
}

/** Tells the story, or why there is none. */
export async function performStory(
  discord: Discord,
  ask: AskRow,
  payload: Extract<AskPayload, { what: 'story' }>,
): Promise<void> {
  const to = { sender: ask.sender, ...readWay(ask), isPublic: false };
  await answerAsked(discord, ask, {
    answer: async (): Promise<Answer> => ({ view: await told(discord, ask, payload), json: null, exit: 0 }),
    tell: (answer) => answerTyped(discord, to, answer),
  });
}

async function told(
  discord: Discord,
  { person }: AskRow,
  { channel, parent, message, named, member }: Extract<AskPayload, { what: 'story' }>,
): Promise<MessageView> {
  const places = channel === null ? [] : [`discord:${channel}`, await placeOf(discord, channel)];
  if (parent !== null) places.push(`discord:${parent}`);
  // A thread has the id of the message that it belongs to, and stands in a channel of its own.
  const ids = [message, channel].filter((id) => id !== null);
  const subject = await subjectOfMessage(discord.ground.db, { places, ids, named });
  return storyOf(await discord.world(), subject, { person, member, via: 'discord' });
}
