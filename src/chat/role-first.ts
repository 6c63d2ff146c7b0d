import { refused } from '../errors.ts';
import type { Ground } from '../ground.ts';
import { missingRole } from '../reviews/required-role.ts';
import type { Asked } from '../reviews/rights.ts';
import { within } from './within.ts';

/** Whoever clicked waits for a form or a question, and the platform with them. */
const SOON_MS = 1000;

/**
 * Tells who lacks the Discord role of a workflow before they are asked for anything. Where Discord does not say in time it
 * is left to the decision, which asks again in any case. Throws `refused`.
 */
export async function refuseWithoutRole(
  ground: Pick<Ground, 'roles' | 'clock'>,
  asked: Asked,
  person: string,
): Promise<void> {
  const why = await within(ground.clock, SOON_MS, missingRole(ground, asked, person));
  if (why !== null && why !== 'late') throw refused(why);
}
