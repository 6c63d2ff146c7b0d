import { reviewBriefView } from '../blocks/review-look.ts';
import { requireMay } from '../src/people/permissions.ts';
import { reviewFact } from '../src/reports/review-fact.ts';
import { reviewLook } from '../src/reports/review-look.ts';
import { parseReviewId } from '../src/reviews/review-id.ts';
import { type Answer, type Asker, type Command, readerOf, type World } from './command.ts';

export const reviewCommand: Command = {
  name: 'review',
  summary: 'One review item, with its checks, its outputs and its buttons',
  parameters: [{ name: 'review', summary: 'such as R-128', required: true, of: 'review' }],
  options: [{ name: 'as', summary: 'as seen by this person', value: 'person', of: 'person', cliOnly: true }],
  may: 'read',
  reads: true,
  examples: ['review R-128'],
  run: (world, { asker, args }) => showReview(world, parseReviewId(args.review ?? ''), asker),
};

/**
 * One item as Look opens it for this person: checks, contents and what is different from the last approved, where they
 * may see those (null: the operator, who sees no contents this way). For their eyes only.
 */
export async function showReview(
  world: World,
  id: number,
  { person, member }: Pick<Asker, 'person' | 'member'>,
): Promise<Answer> {
  const reader = await readerOf(world);
  const { home } = await world.homes.active();
  if (person !== null) requireMay(home, person, 'read', { now: reader.now });
  const fact = await reviewFact(world, id, person, member);
  const seen = await reviewLook(world, id, person, { signal: world.signal, member });
  return { view: reviewBriefView(seen, reader), json: fact, exit: 0 };
}
