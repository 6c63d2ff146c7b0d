import { sentencesView } from '../../../../blocks/sentences.ts';
import { CoworkError } from '../../../errors.ts';
import type { AskRow } from '../../../store/schema.ts';
import { fieldOf } from '../../connect/payload.ts';
import type { Arrived, Discord } from '../discord.ts';
import { answerFirst, saysOnly } from './arrival.ts';
import { handleCommand, performWords } from './command.ts';
import { SLASH_COMMAND, WHAT_HAPPENED } from './commands.ts';
import { handleCompletion } from './complete.ts';
import { readAsk } from './payload.ts';
import { handleStory, performStory } from './story.ts';

/** Takes what people type, what they choose from a message's menu, and what is asked while they type. */
export async function handleAsked(discord: Discord, arrived: Arrived): Promise<boolean> {
  const { type, data } = arrived.body;
  if (type === 4) await handleCompletion(discord, arrived);
  else if (type !== 2) return false;
  else if (fieldOf(data, 'name') === WHAT_HAPPENED) await handleStory(discord, arrived);
  else if (fieldOf(data, 'name') === SLASH_COMMAND) await handleCommand(discord, arrived);
  else await answerFirst(discord, arrived, saysOnly(discord, notOurs()), notOurs);
  return true;
}

/** Of an older version, or of somebody who used this application before. */
const notOurs = () =>
  sentencesView(
    `There is no such command any more. Nothing was done. Type /${SLASH_COMMAND} help; the operator brings the list up to date with "cowork-ops register discord".`,
    'warn',
  );

/** Does and answers what was noted as a `command` or a `shortcut`, at once or after the crash of whoever took it. */
export async function performAsked(discord: Discord, ask: AskRow): Promise<void> {
  const payload = readAsk(ask);
  if (payload === null) throw new CoworkError('internal', `ask ${ask.id} holds nothing that this product has noted`);
  if (payload.what === 'words') await performWords(discord, ask, payload);
  else await performStory(discord, ask, payload);
}
