import { sentencesView } from '../../../../blocks/sentences.ts';
import { decodeAction } from '../../../message/action.ts';
import { cut } from '../../../message/clean.ts';
import type { AskRow } from '../../../store/schema.ts';
import { fieldOf } from '../../connect/payload.ts';
import { plainError } from '../../connect/plain-error.ts';
import { noteUnheard } from '../../inbox.ts';
import { titleOf } from '../../receive/titles.ts';
import type { Discord } from '../discord.ts';
import { answerPrivately } from './answer.ts';
import { readAsked } from './asked-payload.ts';

/**
 * Tells whoever asked that what they asked for was given up, as far as there still is a way to them. Where there is none,
 * that is noted. Never rejects.
 */
export async function tellGivenUp(discord: Discord, ask: AskRow): Promise<void> {
  try {
    const asked = readAsked(ask);
    const view = sentencesView(
      `${whatOf(ask)} failed on our side each time it was tried, and was given up. Look at it before you repeat it: it may have been done. The operator finds the reason in the log.`,
      'fail',
    );
    if (!(await answerPrivately(discord, { ...asked, sender: ask.sender }, view)))
      await noteUnheard(discord.ground, ask);
  } catch (error) {
    discord.ground.log.warn({ ask: ask.id, ...plainError(error) }, 'Nobody could be told that something was given up.');
  }
}

/** As its person knows it. */
function whatOf(ask: AskRow): string {
  const words = fieldOf(ask.payload, 'words');
  if (typeof words === 'string') return `/cowork ${cut(words, 80)}`;
  if (ask.kind === 'shortcut') return 'What happened?';
  const click = decodeAction(readAsked(ask).code);
  return click ? titleOf(click) : 'A click';
}
