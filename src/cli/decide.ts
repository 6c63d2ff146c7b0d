import type { World } from '../../commands/command.ts';
import { readerOf } from '../../commands/command.ts';
import { showReview } from '../../commands/review.ts';
import { invalid } from '../errors.ts';
import { decide } from '../reviews/decide.ts';
import { look } from '../reviews/look.ts';
import { parseReviewId, reviewName } from '../reviews/review-id.ts';
import type { Verdict } from '../store/schema.ts';
import { answerText } from './answer-text.ts';
import type { Printed } from './io.ts';

export interface DecisionWords {
  review: string;
  as?: string | undefined;
  hash?: string | undefined;
  reason?: string | undefined;
}

/** The item with what was checked and what the person has to look at, as `review` shows it. */
async function shown(world: World, review: string, person: string | null): Promise<Printed> {
  const { view, json, exit } = await showReview(world, parseReviewId(review), { person });
  return { text: answerText(view, await readerOf(world)), json, exit };
}

/** `approve`, `reject` and `ask`. Approving without `--hash` shows the item and decides nothing (exit 2). */
export async function decideByCli(
  world: World,
  verdict: Verdict,
  words: DecisionWords,
  operator: string,
): Promise<Printed> {
  if (verdict === 'approve' && words.hash === undefined) {
    const seen = await shown(world, words.review, words.as ?? null);
    const item = seen.json as { output_hash: string; review_id: string };
    const digits = item.output_hash.replace(/^sha256:/, '').slice(0, 12);
    const how = `Nothing was decided. To approve exactly these bytes: cowork-ops approve ${item.review_id} --hash ${digits} --as <person>`;
    return { ...seen, text: `${seen.text}\n${how}`, exit: 2 };
  }
  if (words.as === undefined) throw invalid('Say who decides: --as <person>, by the name in cowork.yaml.');
  const done = await decide(world, {
    reviewId: parseReviewId(words.review),
    person: words.as,
    via: 'cli',
    operator,
    verdict,
    hash: words.hash,
    reason: words.reason,
  });
  const placed = done.state === 'approved' && world.worker === 'here' ? await placement(world, done.run_id) : '';
  return { text: `${done.message}${placed}`, json: { ...done, review_id: reviewName(done.review_id) }, exit: 0 };
}

const PATIENCE_MS = 60_000;
const LOOK_EVERY_MS = 100;

/** Where nobody else would do it, this process promotes before it ends; says what came of it. */
async function placement(world: World, run_id: string): Promise<string> {
  for (let waited = 0; waited < PATIENCE_MS; waited += LOOK_EVERY_MS) {
    const row = await world.db
      .selectFrom('promotions')
      .select(['state', 'target', 'blocked_reason'])
      .where('run_id', '=', run_id)
      .executeTakeFirst();
    if (row?.state === 'placed') return ` They lie in ${row.target}/ now.`;
    if (row?.state === 'blocked') return ` They could not be placed yet: ${row.blocked_reason}.`;
    if (row?.state === 'revoked') return ' They changed meanwhile, so everybody is asked anew.';
    await world.clock.wait(LOOK_EVERY_MS);
  }
  return ' They are not placed yet; that goes on when the product runs.';
}

/** `look R-128 --as P`: starts the measured review time. */
export async function lookByCli(world: World, review: string, person: string, operator: string): Promise<Printed> {
  await look(world, { reviewId: parseReviewId(review), person, via: 'cli', operator });
  return shown(world, review, person);
}
