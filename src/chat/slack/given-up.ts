import { sentencesView } from '../../../blocks/sentences.ts';
import { decodeAction } from '../../message/action.ts';
import { cut } from '../../message/clean.ts';
import type { AskRow } from '../../store/schema.ts';
import { plainError } from '../connect/plain-error.ts';
import { noteUnheard } from '../inbox.ts';
import { titleOf } from '../receive/titles.ts';
import { readAsk } from './ask/payload.ts';
import { answerPrivately } from './receive/answer.ts';
import { readAsked } from './receive/asked-payload.ts';
import { tell } from './receive/tell.ts';
import type { Slack } from './slack.ts';

/**
 * Tells whoever asked that what they asked for was given up, as far as there still is a way to them: what was noted of it
 * names the ways. Where there is none, that is noted. Never rejects.
 */
export async function tellGivenUp(slack: Slack, ask: AskRow): Promise<void> {
  try {
    if (await told(slack, ask)) return;
    await noteUnheard(slack.ground, ask);
  } catch (error) {
    slack.ground.log.warn({ ask: ask.id, ...plainError(error) }, 'Nobody could be told that something was given up.');
  }
}

const words = (what: string) =>
  sentencesView(
    `${what} failed on our side each time it was tried, and was given up. Look at it before you repeat it: it may have been done. The operator finds the reason in the log.`,
    'fail',
  );

function told(slack: Slack, ask: AskRow): Promise<boolean> {
  const { sender } = ask;
  const typed = readAsk(ask);
  if (typed !== null) {
    const { channel, responseUrl } = typed;
    const what = typed.what === 'words' ? `/cowork ${cut(typed.words, 80)}` : 'What happened?';
    const thread = typed.what === 'story' ? typed.thread : null;
    return answerPrivately(slack, { sender, channel, thread, responseUrl }, words(what));
  }
  const { code, from } = readAsked(ask);
  const click = decodeAction(code);
  const title = click ? titleOf(click) : 'A click';
  const { channel, ts } = from;
  const metadata = { code, place: ask.place ?? '', channel, ts, once: null, below: null };
  return tell(slack, { ...from, sender, trigger: null }, words(title), { title, metadata, outcome: true });
}
