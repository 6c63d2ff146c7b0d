import { sentencesView } from '../../../../blocks/sentences.ts';
import { decodeAction } from '../../../message/action.ts';
import { cut } from '../../../message/clean.ts';
import type { AskRow } from '../../../store/schema.ts';
import { fieldOf } from '../../connect/payload.ts';
import { plainError } from '../../connect/plain-error.ts';
import { noteUnheard } from '../../inbox.ts';
import { titleOf } from '../../receive/titles.ts';
import { readAsk } from '../ask/payload.ts';
import { answerTyped } from '../ask/tell.ts';
import type { Discord } from '../discord.ts';
import { readAsked } from './asked-payload.ts';

/**
 * Tells whoever asked, and nobody else, that what they asked for was given up, as far as there still is a way to them:
 * what waits in a channel for a public answer is taken back. Where there is no way, that is noted. Never rejects.
 */
export async function tellGivenUp(discord: Discord, ask: AskRow): Promise<void> {
  try {
    const asked = readAsked(ask);
    const view = sentencesView(
      `${whatOf(ask)} failed on our side each time it was tried, and was given up. Look at it before you repeat it: it may have been done. The operator finds the reason in the log.`,
      'fail',
    );
    const to = { ...asked, sender: ask.sender, isPublic: isPublic(ask) };
    if (!(await answerTyped(discord, to, { view, json: null, exit: 1 }))) await noteUnheard(discord.ground, ask);
  } catch (error) {
    discord.ground.log.warn({ ask: ask.id, ...plainError(error) }, 'Nobody could be told that something was given up.');
  }
}

function isPublic(ask: AskRow): boolean {
  const noted = ask.kind === 'command' ? readAsk(ask) : null;
  return noted?.what === 'words' && !noted.private;
}

/** As its person knows it. */
function whatOf(ask: AskRow): string {
  const words = fieldOf(ask.payload, 'words');
  if (typeof words === 'string') return `/cowork ${cut(words, 80)}`;
  if (ask.kind === 'shortcut') return 'What happened?';
  const click = decodeAction(readAsked(ask).code);
  return click ? titleOf(click) : 'A click';
}
