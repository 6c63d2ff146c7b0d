import { join } from 'node:path';
import { decisionText } from '../../../blocks/review.ts';
import { clockText, dueText, personText, type Reader } from '../../../blocks/time.ts';
import type { Ground } from '../../ground.ts';
import { type ReviewFact, reviewFact } from '../../reports/review-fact.ts';
import { inside } from '../../runs/folders.ts';
import type { OutputView, ReviewView } from '../pages/review.ts';
import { previewOf } from './preview.ts';

const PREVIEWED = 20;

/** All that the page of one item shows to `person`; contents only where that person may see them. */
export async function reviewView(ground: Ground, id: number, person: string | null): Promise<ReviewView> {
  const { folder, ...fact } = await reviewFact(ground, id, person);
  const { team } = (await ground.homes.active()).home;
  const reader: Reader = { now: ground.clock.now(), zone: team.timezone, team };
  return {
    fact,
    due: fact.state === 'open' ? dueText(fact.due_at, reader) : `opened ${clockText(fact.opened_at, reader)}`,
    outputs: await outputsOf(fact, folder),
    decisions: fact.decisions.map((decision) => ({
      text: decisionText(decision, reader),
      void: decision.revision !== fact.revision,
    })),
    looking: fact.looking.map((one) => personText(one, reader)),
    looked: person !== null && fact.looking.includes(person),
    signedIn: person !== null,
  };
}

const outputsOf = (fact: ReviewFact, folder: string): Promise<OutputView[]> =>
  Promise.all(
    fact.outputs.map(async (file, index) => {
      const nothing = { preview: null, cut: false };
      const shown = fact.hidden === null && index < PREVIEWED;
      const preview = shown
        ? await previewOf(join(inside.outputs(folder), file.path), file.bytes).catch(() => nothing)
        : nothing;
      return { ...file, ...preview };
    }),
  );
