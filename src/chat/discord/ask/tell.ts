import type { Answer } from '../../../../commands/command.ts';
import type { AskRow } from '../../../store/schema.ts';
import { plainError } from '../../connect/plain-error.ts';
import { endAsk, noteUnheard } from '../../inbox.ts';
import { wentWrong } from '../../receive/words.ts';
import { codeOf } from '../deliver/failures.ts';
import type { Discord } from '../discord.ts';
import { type AnswerTo, addPrivately } from '../receive/answer.ts';
import { drawOptions, quiet } from '../receive/draw.ts';
import { handOverFiles } from '../receive/files.ts';
import { isOpen, replaceFirst } from '../receive/webhook.ts';
import { wholeOf } from './whole.ts';

/** The way back of a command; `isPublic` where everybody in the channel sees what waits for the answer. */
export interface CommandTo extends AnswerTo {
  isPublic: boolean;
}

/**
 * Answers what was noted, after its end was noted: what a crash cuts off is neither done nor answered twice, and of what
 * fails on our side its person hears that.
 */
export async function answerAsked(
  discord: Discord,
  ask: AskRow,
  { answer, tell }: { answer: () => Promise<Answer>; tell: (answer: Answer) => Promise<boolean> },
): Promise<void> {
  let mine = false;
  try {
    const came = await answer();
    mine = await endAsk(discord.ground, ask, came.exit === 0 ? 'answered' : 'refused');
    if (mine && !(await tell(came))) await noteUnheard(discord.ground, ask);
  } catch (error) {
    // Where not even that can be noted, it is tried again, and they are told to look.
    mine ||= await endAsk(discord.ground, ask, 'failed').catch(() => true);
    if (mine) await tell({ view: wentWrong(), json: null, exit: 1 });
    throw error;
  }
}

/**
 * Tells what a command came to: to that person alone, or to the channel where that was asked for and the answer is one for
 * all. False where it reached nobody.
 */
export async function answerTyped(discord: Discord, to: CommandTo, answer: Answer): Promise<boolean> {
  if (!to.isPublic) return tellAlone(discord, to, answer);
  if (answer.public && (await tellInOne(discord, to, answer))) return true;
  // A refusal is nobody else's business, and what waits in the channel would show it to all.
  if (await takeBack(discord, to)) return addPrivately(discord, to, [{ view: answer.view }]);
  return tellAlone(discord, { ...to, token: null }, answer);
}

/** In a few messages, or in one with a file of the whole. */
async function tellAlone(discord: Discord, to: AnswerTo, answer: Answer): Promise<boolean> {
  const long = wholeOf(answer.view, await drawOptions(discord), to.fileLimit) !== null;
  return (long && (await tellInOne(discord, to, answer))) || handOverFiles(discord, to, answer);
}

/** Where the interaction waits, fitted into one message, with all of it as a file where that leaves something out. */
async function tellInOne(discord: Discord, to: AnswerTo, { view }: Answer): Promise<boolean> {
  const { token, at } = to;
  if (token === null || !isOpen(discord, to)) return false;
  const options = await drawOptions(discord);
  const whole = wholeOf(view, options, to.fileLimit);
  try {
    const message = quiet(view, options);
    await replaceFirst(discord, { token, at }, whole ? whole.adorn(message) : message, whole ? [whole.file] : []);
    return true;
  } catch (error) {
    discord.ground.log.warn(
      { user: to.sender, ...plainError(error) },
      'Discord did not take an answer in one message.',
    );
    return false;
  }
}

/** Unknown message, unknown webhook: the first answer, given in the reply of a request, may not have arrived yet. */
const NOT_YET = [10008, 10015];
const PAUSES_MS = [200, 600];

/** Takes away what waits in the channel for an answer; false where nobody knows whether it is gone. */
async function takeBack(discord: Discord, to: CommandTo): Promise<boolean> {
  const { token } = to;
  if (token === null || !isOpen(discord, to)) return false;
  const path = `/webhooks/${discord.application}/${encodeURIComponent(token)}/messages/@original` as const;
  for (let tried = 0; ; tried += 1) {
    try {
      await discord.rest.now.delete(path, { auth: false });
      return true;
    } catch (error) {
      const pause = NOT_YET.includes(codeOf(error) ?? 0) ? PAUSES_MS[tried] : undefined;
      if (pause !== undefined) await discord.ground.clock.wait(pause);
      else {
        const log = { user: to.sender, ...plainError(error) };
        discord.ground.log.warn(log, 'An answer in a channel was not taken back.');
        return false;
      }
    }
  }
}
