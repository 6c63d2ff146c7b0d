import type { Answer, World } from '../../commands/command.ts';
import { CoworkError, refused } from '../errors.ts';
import type { Intent } from '../message/action.ts';
import { noteRefused } from '../people/refusal-trail.ts';
import { personByName } from '../people/resolve.ts';
import type { ActRequest, Perform } from './acts/act.ts';
import { acknowledgeBy, assignBy, rerunBy, resolveBy, silenceBy } from './acts/alert.ts';
import { giveFiles } from './acts/files.ts';
import { decideBy, lookAt, undoBy } from './acts/review.ts';
import { cancelBy, pauseBy, resumeBy, runBy, unparkBy } from './acts/run.ts';
import { NO_FORM, readValues } from './acts/values.ts';
import { answerWords, refusalAnswer } from './command-line.ts';
import { notListed } from './not-listed.ts';
import { offeredTo } from './offered.ts';

export type { ActRequest } from './acts/act.ts';

/** Every intent has a door; a new one does not compile until it has. */
const DOORS: Record<Intent, Perform> = {
  approve: decideBy('approve'),
  reject: decideBy('reject'),
  ask: decideBy('ask'),
  look: lookAt,
  undo: undoBy,
  files: giveFiles,
  acknowledge: acknowledgeBy,
  assign: assignBy,
  silence: silenceBy,
  resolve: resolveBy,
  rerun: rerunBy,
  cancel: cancelBy,
  unpark: unparkBy,
  pause: pauseBy,
  resume: resumeBy,
  run: runBy,
  command: async (world, { click, values, person, member, via, sender }) => {
    readValues(NO_FORM, values);
    return answerWords(world, click.subject, { person, member, via, sender }, { readingOnly: true });
  },
};

/**
 * What a click comes to, as an answer for that person alone; the messages about it change by themselves. A click is a
 * claim: person, form, subject and what was seen are all checked by today's home and record, here and in the act's one
 * door. A refusal is an answer too; what is thrown is a fault of ours.
 */
export async function performAct(world: World, request: ActRequest): Promise<Answer> {
  try {
    const { team } = (await world.homes.active()).home;
    const { person } = request;
    const reads = person === null && request.member === true && request.click.intent === 'command';
    if (!reads && (person === null || !personByName(team, person))) {
      throw refused(notListed(team, 'you cannot act here', request), {
        act: request.click.intent,
      });
    }
    return await offeredTo(world, request, await DOORS[request.click.intent](world, request));
  } catch (error) {
    return refusedAct(world, request, error);
  }
}

/** What was thrown while a click was considered, as the answer for that person; a fault of ours is thrown on. */
export async function refusedAct(world: World, request: ActRequest, error: unknown): Promise<Answer> {
  if (!(error instanceof CoworkError) || error.code === 'internal') throw error;
  const { click, person, via, sender, place } = request;
  const what = `${click.intent} ${click.subject}`;
  if (error.detail.act !== undefined) await noteRefused(world, { person, via, sender, what, place });
  return refusalAnswer(error);
}
