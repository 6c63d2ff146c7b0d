import type { Ground } from '../src/ground.ts';
import { type NoticeFact, noticeFact } from '../src/reports/notice-facts.ts';
import type { Notice } from '../src/store/outbox.ts';
import { alertThread, alertView } from './alert.ts';
import { aboutText } from './alert-lines.ts';
import { deliveredView } from './delivered.ts';
import { digestView } from './digest.ts';
import type { Drawing } from './drawing.ts';
import { feedbackView } from './feedback.ts';
import { pauseView } from './pause.ts';
import { reviewView } from './review.ts';
import { reviewTalk, reviewThread, talkName } from './review-thread.ts';
import type { Reader } from './time.ts';
import { welcomeView } from './welcome.ts';

export type { Drawing, ThreadLine } from './drawing.ts';

/**
 * The message about a notice, drawn from the fact as it is now, for a channel where everybody reads; null where there is
 * nothing (any more) to tell. Times and names are the team's; `console` is the address of this installation.
 */
export async function drawNotice(ground: Ground, notice: Notice, at: { console?: string }): Promise<Drawing | null> {
  const active = await ground.homes.active();
  // Drawn by one home from top to bottom, which is also asked for only once.
  const homes = { byId: (id: number) => ground.homes.byId(id), active: async () => active };
  const found = await noticeFact({ ...ground, homes }, notice);
  if (!found) return null;
  const { team } = active.home;
  return draw(found, { now: ground.clock.now(), zone: team.timezone, team, console: at.console });
}

/** One block for each kind of fact; a new kind does not compile until it has one. */
function draw(found: NoticeFact, reader: Reader): Drawing {
  switch (found.kind) {
    case 'alert':
      return {
        ...{ view: alertView(found.fact, reader), thread: alertThread(found.fact, reader) },
        name: `${found.fact.alert_id} · ${aboutText(found.fact, reader)}`,
      };
    case 'review':
      return {
        ...{ view: reviewView(found.fact, reader), thread: reviewThread(found.fact, reader) },
        ...{ name: talkName(found.fact), talk: reviewTalk(found.fact, reader) },
      };
    case 'run':
      return { view: deliveredView(found.fact, reader), thread: [] };
    case 'pause':
      return { view: pauseView(found.fact, reader), thread: [] };
    case 'feedback':
      return { view: feedbackView(found.fact, reader), thread: [] };
    case 'digest':
      return { view: digestView(found.fact, reader), thread: [] };
    case 'welcome':
      return { view: welcomeView(found.fact), thread: [] };
  }
}
