import type { AskRow } from '../../../store/schema.ts';
import { plainError } from '../../connect/plain-error.ts';
import { noteUnheard } from '../../inbox.ts';
import { doClick, endClick, mendable } from '../../receive/do-click.ts';
import { withTyped } from '../../receive/typed.ts';
import type { Discord } from '../discord.ts';
import { readAsked } from './asked-payload.ts';
import { AGAIN, CORRECT, withCorrection } from './correct.ts';
import { forgetDraft, keepDraft } from './drafts.ts';
import { handOverFiles } from './files.ts';

/**
 * Does what a click or a form asks for, from what was noted of it alone, notes its end, and tells whoever asked. Done
 * again after a crash an act finds by the record that it was done before; told is only what this taking has ended. The act
 * stands whether or not the answer reaches them: the messages about it change by themselves.
 */
export async function performReceived(discord: Discord, ask: AskRow): Promise<void> {
  const asked = readAsked(ask);
  const { answer, code } = await endClick(discord, ask, await doClick(discord, ask, asked));
  if (answer === null) return;
  const told = await safely(discord, ask, async () => {
    const correct = ask.kind === 'form' && (await kept(discord, ask, code));
    const adorn = correct ? withCorrection(asked.code, code === 'invalid' ? CORRECT : AGAIN) : undefined;
    const lost = ask.kind === 'form' && answer.exit !== 0 && !correct;
    const said = lost ? { ...answer, view: withTyped(answer.view, asked.values) } : answer;
    return handOverFiles(discord, { ...asked, sender: ask.sender }, said, adorn);
  });
  if (!told) await noteUnheard(discord.ground, ask);
}

/** Whatever is wrong with an answer, the act was done, and that is noted. */
async function safely(discord: Discord, ask: AskRow, say: () => Promise<boolean>): Promise<boolean> {
  try {
    return await say();
  } catch (error) {
    discord.ground.log.error(
      { ask: ask.id, ...plainError(error) },
      'An answer to a click in Discord could not be drawn.',
    );
    return false;
  }
}

/** Keeps what was typed while its person can mend it, and forgets it once there is nothing to mend. */
async function kept(discord: Discord, ask: AskRow, refusal: string | null): Promise<boolean> {
  const { code, values } = readAsked(ask);
  const key = { sender: ask.sender, code };
  const mends = mendable(refusal);
  try {
    if (mends) await keepDraft(discord.ground, key, values);
    else await forgetDraft(discord.ground, key);
    return mends;
  } catch (error) {
    discord.ground.log.warn({ ask: ask.id, ...plainError(error) }, 'What somebody typed was not kept.');
    return false;
  }
}
