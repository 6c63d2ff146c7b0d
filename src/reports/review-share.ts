import { Decimal } from 'decimal.js';
import type { Ground } from '../ground.ts';
import { readPeriod } from './period.ts';
import { baselinesOf, type RoiRequest } from './roi.ts';
import { minutesSaved, rounded, sumOf } from './roi-formula.ts';
import { deliveredRuns } from './roi-queries.ts';

/** How much of the time that the work takes by hand now goes into reviewing it (P3.8); hours, and a share of 0 to 1. */
export interface ReviewShare {
  review_hours: number;
  manual_hours: number;
  share: number;
}

const MINUTES = 60;

/**
 * Over the delivered runs of a period whose workflow has a baseline: review as measured, else as the baseline says, as
 * hours saved count it. Null where there is no such run, or where their baselines say that they take no time by hand.
 * Throws `invalid` for a period that is none.
 */
export async function reviewShare(ground: Ground, request: RoiRequest): Promise<ReviewShare | null> {
  const { workflow, now, ...named } = request;
  const { home } = await ground.homes.active();
  const { begins, ends } = readPeriod(named, home.team.timezone, now);
  const runs = await deliveredRuns(ground.db, { bounds: [begins], ends }, workflow);
  const baselines = await baselinesOf(ground, home, runs);
  const counted = runs.flatMap((run) => {
    const baseline = baselines.get(run.workflow);
    return baseline ? [{ baseline, run }] : [];
  });
  const manual = sumOf(counted.map(({ baseline, run }) => new Decimal(baseline.manual_mins).times(run.runs)));
  if (manual.isZero()) return null;
  const review = manual.minus(sumOf(counted.map(({ baseline, run }) => minutesSaved(baseline, run))));
  return {
    review_hours: rounded(review.div(MINUTES)),
    manual_hours: rounded(manual.div(MINUTES)),
    share: rounded(review.div(manual)),
  };
}
