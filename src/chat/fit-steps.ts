import { type FitLimits, fitView } from '../message/fit.ts';
import type { MessageView } from '../message/view.ts';

/** From generous to bare: the last leaves headline, buttons, and a line that says what is missing. */
const STEPS: readonly FitLimits[] = [
  { parts: 30, headline: 600, lines: 25, line: 1500, rows: 30, cell: 200, points: 20 },
  { parts: 25, headline: 600, lines: 15, line: 600, rows: 20, cell: 80, points: 20 },
  { parts: 20, headline: 500, lines: 10, line: 300, rows: 12, cell: 60, points: 12 },
  { parts: 12, headline: 400, lines: 6, line: 200, rows: 8, cell: 40, points: 12 },
  { parts: 8, headline: 300, lines: 4, line: 120, rows: 5, cell: 30, points: 6 },
  { parts: 4, headline: 250, lines: 3, line: 80, rows: 3, cell: 24, points: 4 },
  { parts: 1, headline: 200, lines: 2, line: 60, rows: 1, cell: 20, points: 2 },
];

/**
 * The fullest drawing of a view that a platform takes. Only a drawing can be measured (escapes, addresses and the
 * platform's own words count too), so each step is drawn and asked. `fits` has to accept the last step of any view
 * that passes `checkView`; it is returned unasked.
 */
export function drawFitting<Drawn>(
  view: MessageView,
  draw: (fitted: MessageView) => Drawn,
  fits: (drawn: Drawn) => boolean,
): Drawn {
  for (const limits of STEPS.slice(0, -1)) {
    const drawn = draw(fitView(view, limits));
    if (fits(drawn)) return drawn;
  }
  return draw(fitView(view, STEPS.at(-1) as FitLimits));
}
