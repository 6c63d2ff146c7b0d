import { sentencesView } from '../../../../blocks/sentences.ts';
import type { AskRow } from '../../../store/schema.ts';
import { answerWords } from '../../command-line.ts';
import { cameTo, NOT_IN_TIME } from '../../receive/words.ts';
import { EPHEMERAL } from '../components.ts';
import type { Arrived, Discord } from '../discord.ts';
import { readWay } from '../receive/asked-payload.ts';
import { type First, opening } from '../receive/first-answer.ts';
import { readInteraction } from '../receive/read-interaction.ts';
import { wayOf } from '../receive/way.ts';
import { answerFirst, type Next, note, whoAsks } from './arrival.ts';
import type { AskPayload, TypedPayload } from './payload.ts';
import { notOpened, runModal } from './run-form.ts';
import { answerAsked, answerTyped } from './tell.ts';
import { typedIn } from './typed.ts';

/** `/cowork …`: noted, answered with "thinking", done, and told to that person alone unless they say otherwise. */
export const handleCommand = (discord: Discord, arrived: Arrived): Promise<void> =>
  answerFirst(discord, arrived, consider(discord, arrived), (ended) =>
    ended === 'late' ? sentencesView(`${NOT_IN_TIME} Ask again in a minute.`, 'fail') : cameTo(ended),
  );

/** Whether others see the answer is said here for good. */
const thinking = (isPublic: boolean): First => ({
  callback: { type: 5, data: { flags: isPublic ? 0 : EPHEMERAL } },
  said: null,
});

async function consider(discord: Discord, arrived: Arrived): Promise<Next> {
  const { body } = arrived;
  const who = await whoAsks(discord, body);
  if ('first' in who) return who;
  const { from, team } = who;
  const typed = typedIn(body.data, team);
  const form = await runModal(discord, typed, from);
  if (form) {
    const said = { late: notOpened(typed.words), amiss: form.notShown };
    return { first: await opening(discord, form.modal, said), ask: null };
  }
  const payload: TypedPayload = {
    ...{ what: 'words', words: typed.words, member: from.member, private: !typed.public },
    ...wayOf(discord, readInteraction(body)),
  };
  return {
    first: thinking(typed.public),
    ask: await note(discord, arrived, from, { kind: 'command', payload }),
  };
}

/** Answers a command, after it was noted that it is done: what a crash cuts off is neither done nor answered twice. */
export async function performWords(
  discord: Discord,
  ask: AskRow,
  payload: Extract<AskPayload, { what: 'words' }>,
): Promise<void> {
  const { id, sender, person } = ask;
  const { member, words } = payload;
  const to = { sender, ...readWay(ask), isPublic: !payload.private };
  await answerAsked(discord, ask, {
    answer: async () => answerWords(await discord.world(), words, { sender, person, member, ask: id, via: 'discord' }),
    tell: (answer) => answerTyped(discord, to, answer),
  });
}
