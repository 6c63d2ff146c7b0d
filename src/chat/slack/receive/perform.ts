import type { Answer, World } from '../../../../commands/command.ts';
import { showReview } from '../../../../commands/review.ts';
import { type Click, decodeAction } from '../../../message/action.ts';
import type { MessageView } from '../../../message/view.ts';
import { parseReviewId } from '../../../reviews/review-id.ts';
import type { AskRow } from '../../../store/schema.ts';
import { askedBy } from '../../asked.ts';
import { answerWords } from '../../command-line.ts';
import { plainError } from '../../connect/plain-error.ts';
import { noteUnheard } from '../../inbox.ts';
import { offeredTo } from '../../offered.ts';
import { doClick, endClick, mendable } from '../../receive/do-click.ts';
import { titleOf } from '../../receive/titles.ts';
import { withTyped } from '../../receive/typed.ts';
import { handOverFiles } from '../ask/files.ts';
import type { Slack } from '../slack.ts';
import { type AskedPayload, type Below, readAsked } from './asked-payload.ts';
import { formModal } from './form.ts';
import type { Metadata } from './metadata.ts';
import { drawInto, modalOf } from './show.ts';
import { tell } from './tell.ts';

/**
 * Does what a click or a form asks for, from what was noted of it alone, notes its end, and tells whoever asked. Done
 * again after a crash an act finds by the record that it was done before; told is only what this taking has ended. The act
 * stands whether or not the answer reaches them: the messages about it change by themselves.
 */
export async function performReceived(slack: Slack, ask: AskRow): Promise<void> {
  const asked = readAsked(ask);
  const click = decodeAction(asked.code);
  const { answer, code } = await endClick(slack, ask, await doClick(slack, ask, asked));
  if (answer === null) return;
  const metadata = metadataOf(ask, asked);
  const told = await safely(slack, ask, async () => {
    const framed = { title: click ? titleOf(click) : 'Nothing was done', metadata, outcome: click?.intent !== 'look' };
    const say = (view: MessageView) => tell(slack, { ...asked.from, sender: ask.sender, trigger: null }, view, framed);
    const { view } = await handOverFiles(slack, ask.sender, answer, say);
    if (click && ask.kind === 'form' && mendable(code) && (await again(slack, ask, asked, click, view))) return true;
    return say(ask.kind === 'form' && answer.exit !== 0 ? withTyped(view, asked.values) : view);
  });
  if (!told) await noteUnheard(slack.ground, ask);
  const { shown } = asked.from;
  if (shown?.below) await safely(slack, ask, () => refresh(slack, ask, metadata, shown.below as Below));
}

/** Whatever is wrong with an answer, the act was done, and that is noted. */
async function safely(slack: Slack, ask: AskRow, say: () => Promise<boolean>): Promise<boolean> {
  try {
    return await say();
  } catch (error) {
    slack.ground.log.error({ ask: ask.id, ...plainError(error) }, 'An answer to a click in Slack could not be drawn.');
    return false;
  }
}

/** The same form with what was typed, and why it came to nothing; false where there is no form (any more). */
async function again(
  slack: Slack,
  ask: AskRow,
  { values, from }: AskedPayload,
  click: Click,
  { summary }: MessageView,
): Promise<boolean> {
  const { shown } = from;
  const asked = await askedBy(await slack.world(), click, { person: ask.person, via: 'slack' }).catch(() => null);
  if (!asked || !shown) return false;
  const why = summary.map((line) => line.filter((span) => typeof span === 'string').join('')).join(' ');
  const { channel, ts } = from;
  const metadata = { code: readAsked(ask).code, place: ask.place ?? '', channel, ts, below: shown.below };
  return drawInto(slack, shown, async () => formModal(asked, metadata, { values, why }));
}

const metadataOf = ({ place }: AskRow, { code, from: { channel, ts } }: AskedPayload): Metadata => ({
  ...{ code, place: place ?? '', channel, ts, once: null, below: null },
});

/** The modal below a form shows what was true before the form was sent: it is drawn again, as this person may see it. */
async function refresh(slack: Slack, { person }: AskRow, metadata: Metadata, { id, code }: Below): Promise<boolean> {
  const click = decodeAction(code);
  const answer = click && (await seenNow(await slack.world(), click, person));
  if (!click || !answer) return false;
  const framed = { title: titleOf(click), metadata: { ...metadata, code }, outcome: false };
  return drawInto(slack, { view: { id }, hash: null, below: null }, () => modalOf(slack, answer.view, framed));
}

/** What a click shows, without its act; null for one that shows nothing lasting. */
async function seenNow(world: World, { intent, subject }: Click, person: string | null): Promise<Answer | null> {
  // Nobody is no operator: what only people of the home may see is not drawn for somebody who is not listed.
  if (person === null) return null;
  if (intent === 'look')
    return offeredTo(world, { person }, await showReview(world, parseReviewId(subject), { person }));
  if (intent === 'command') return answerWords(world, subject, { person, via: 'slack' }, { readingOnly: true });
  return null;
}
