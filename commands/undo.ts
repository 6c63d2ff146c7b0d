import { undoneView } from '../blocks/done.ts';
import { parseReviewId, reviewName } from '../src/reviews/review-id.ts';
import { undo } from '../src/reviews/undo.ts';
import { type Command, textOption } from './command.ts';

export const undoCommand: Command = {
  name: 'undo',
  summary: 'Take a promotion back into the archive',
  parameters: [
    {
      name: 'review',
      summary: 'the review, such as R-128, or the run id of a delivery without one',
      required: true,
      of: 'review',
    },
  ],
  options: [
    { name: 'reason', summary: 'why, for the trail', value: 'text' },
    { name: 'as', summary: 'the person who undoes it', value: 'person', of: 'person', cliOnly: true },
  ],
  may: 'undo',
  reads: false,
  examples: ['undo R-128 --reason "wrong quarter"'],
  async run(world, input) {
    const subject = input.args.review ?? '';
    const about = /^(r-)?[0-9]+$/i.test(subject) ? { reviewId: parseReviewId(subject) } : { runId: subject };
    const done = await undo(world, { ...input.asker, ...about, reason: textOption(input, 'reason') });
    const review_id = done.review_id === null ? null : reviewName(done.review_id);
    return { view: undoneView(done), json: { ...done, review_id }, exit: 0 };
  },
};
