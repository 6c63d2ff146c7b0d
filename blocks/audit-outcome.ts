import type { Text } from '../src/message/text.ts';
import type { Tone } from '../src/message/view.ts';
import type { AuditStory, StoryLine } from '../src/reports/audit-story.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { personSpan, type Reader } from './time.ts';

/** Acts that say what became of a run after it ended; the last one counts. */
const CAME_TO: Record<string, string> = {
  'review.opened': 'waits for review',
  'review.approved': 'approval given',
  'review.rejected': 'rejected',
  'review.change_asked': 'a change was asked for',
  'review.revoked': 'approval revoked',
  'review.superseded': 'superseded',
  'promotion.placed': 'in production',
  'promotion.blocked': 'could not be placed in production',
  'promotion.undone': 'taken back from production',
};

/** `SUCCESS, rejected by Jon`, `FAILED, SkillExit in brief`, `not ended yet`: how a run came out, and by whom. */
export function cameToText({ record, story }: Pick<AuditStory, 'record' | 'story'>, reader: Reader): Text {
  const { status, error_class, failed_step } = record;
  if (status === null) return [isParked(story) ? 'parked, until a person says how it goes on' : 'not ended yet'];
  const why = error_class ? `, ${oneLine(error_class, 60)}${failed_step ? ` in ${failed_step}` : ''}` : '';
  const last = lastOf(story);
  if (!last) return [`${status}${why}`];
  const by = byWhom(story, last);
  const words = CAME_TO[last.act] ?? '';
  return [`${status}${why}, ${words}`, ...(by === null ? [] : [' by ', personSpan(by, reader)])];
}

/** How it stands with what came of it, where the run itself went well. */
export function toneAfter(story: readonly StoryLine[]): Tone {
  const act = lastOf(story)?.act;
  if (act === undefined || act === 'promotion.placed') return 'ok';
  return act === 'review.opened' || act === 'review.approved' ? 'info' : 'warn';
}

const isParked = (story: readonly StoryLine[]): boolean =>
  story.findLast(({ act }) => act === 'run.parked' || act === 'run.unparked' || act === 'run.resumed')?.act ===
  'run.parked';

const lastOf = (story: readonly StoryLine[]): StoryLine | undefined =>
  story.findLast(({ act }) => Object.hasOwn(CAME_TO, act));

/** A promotion is taken back by the service for the person who asked. */
function byWhom(story: readonly StoryLine[], { act, actor }: StoryLine): string | null {
  if (act === 'promotion.undone') return story.findLast((line) => line.act === 'promotion.undo_asked')?.actor ?? null;
  return actor === 'service' ? null : actor;
}
