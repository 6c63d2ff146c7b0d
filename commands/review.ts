import { reviewView } from '../blocks/review.ts';
import type { Part } from '../src/message/view.ts';
import { requireMay } from '../src/people/permissions.ts';
import { reviewCard } from '../src/reports/review-card.ts';
import { type ReviewFact, reviewFact } from '../src/reports/review-fact.ts';
import { parseReviewId } from '../src/reviews/review-id.ts';
import { type Answer, type Command, readerOf, type World } from './command.ts';

export const reviewCommand: Command = {
  name: 'review',
  summary: 'One review item, with its checks, its outputs and its buttons',
  parameters: [{ name: 'review', summary: 'such as R-128', required: true, of: 'review' }],
  options: [{ name: 'as', summary: 'as seen by this person', value: 'person', of: 'person', cliOnly: true }],
  may: 'read',
  reads: true,
  examples: ['review R-128'],
  run: (world, { asker, args }) => showReview(world, parseReviewId(args.review ?? ''), asker.person),
};

/** One item as this person may see it (null: the operator, who sees no contents this way). For their eyes only. */
export async function showReview(world: World, id: number, person: string | null): Promise<Answer> {
  const reader = await readerOf(world);
  const { home } = await world.homes.active();
  if (person !== null) requireMay(home, person, 'read', { now: reader.now });
  const fact = await reviewFact(world, id, person);
  const view = reviewView(await reviewCard(world, id, person), reader);
  return { view: { ...view, parts: [...view.parts, ...besides(fact)] }, json: fact, exit: 0 };
}

/** What only the person who asks is told, and the brief where they may see it. */
function besides({ cannot_decide, hidden, brief }: ReviewFact): Part[] {
  const lines = [cannot_decide, hidden].filter((line) => line !== null).map((line) => [line]);
  return [
    ...(lines.length > 0 ? [{ part: 'prose' as const, lines }] : []),
    ...(brief === null ? [] : [{ part: 'quote' as const, by: 'REVIEW_BRIEF.md', text: brief.trimEnd() }]),
  ];
}
