import { doneView } from '../../../blocks/done.ts';
import { askForm, rejectForm } from '../../../blocks/forms.ts';
import { showReview } from '../../../commands/review.ts';
import { undoCommand } from '../../../commands/undo.ts';
import { conflict } from '../../errors.ts';
import type { Form } from '../../message/action.ts';
import { decide } from '../../reviews/decide.ts';
import { look } from '../../reviews/look.ts';
import { parseReviewId, reviewName } from '../../reviews/review-id.ts';
import type { Verdict } from '../../store/schema.ts';
import { type ActRequest, askerOf, type Perform } from './act.ts';
import { NO_FORM, readValues } from './values.ts';

const FORMS: Record<Verdict, (name: string) => Pick<Form, 'fields'>> = {
  approve: () => NO_FORM,
  reject: rejectForm,
  ask: askForm,
};

/** A decision from a button: it says what the person saw, and `decide` compares all of it. */
export const decideBy =
  (verdict: Verdict): Perform =>
  async (world, act) => {
    const reviewId = parseReviewId(act.click.subject);
    const { reason } = readValues(FORMS[verdict](reviewName(reviewId)), act.values);
    const { person, via } = act;
    const done = await decide(world, { reviewId, person, via, verdict, reason, ...seenBy(act, reviewId) });
    return { view: doneView(done.message), json: { ...done, review_id: reviewName(done.review_id) }, exit: 0 };
  };

const REVISION = /^([1-9][0-9]{0,8})\.([0-9a-f]{12})\.([0-9a-f]{12})\.([0-9a-f]{12})$/;

/** Revision, outputs, brief and definition as the button was drawn from them. */
export function seenBy({ click }: Pick<ActRequest, 'click'>, reviewId: number) {
  const match = REVISION.exec(click.revision ?? '');
  if (!match) {
    throw conflict(
      `This button does not say what it was drawn from, so nothing was decided. Look at ${reviewName(reviewId)} and decide there.`,
    );
  }
  const [, revision, hash, briefHash, definitionHash] = match;
  return { revision: Number(revision), hash, briefHash, definitionHash };
}

/** Starts the measured time of whoever may decide, and shows them the item. */
export const lookAt: Perform = async (world, { click, values, person, via }) => {
  const reviewId = parseReviewId(click.subject);
  readValues(NO_FORM, values);
  await look(world, { reviewId, person, via });
  return showReview(world, reviewId, { person });
};

export const undoBy: Perform = (world, act) => {
  const { reason } = readValues(OPTIONAL_REASON, act.values);
  return undoCommand.run(world, {
    asker: askerOf(act),
    args: { review: act.click.subject },
    options: { reason },
  });
};

/** A note for the trail, where a button asks for one. */
export const OPTIONAL_REASON: Pick<Form, 'fields'> = {
  fields: [{ kind: 'lines', name: 'reason', label: 'Why', required: false, most: 500 }],
};
