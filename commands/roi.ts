import { roiView } from '../blocks/roi.ts';
import { roiFileView } from '../blocks/roi-file.ts';
import { CoworkError, invalid, notFound } from '../src/errors.ts';
import { command } from '../src/message/text.ts';
import { reviewShare } from '../src/reports/review-share.ts';
import { type Roi, roi } from '../src/reports/roi.ts';
import { roiCsv, roiCsvName } from '../src/reports/roi-csv.ts';
import { roiTrend } from '../src/reports/roi-trend.ts';
import { nearest } from '../src/workflows/files/wording.ts';
import { type Answer, type Command, type CommandInput, PUBLIC, textOption } from './command.ts';
import { isPeriod, PERIODS, type PeriodWord, periodNow } from './period.ts';

export const roiCommand: Command = {
  name: 'roi',
  summary: 'What it was worth: hours, value, cost, net',
  parameters: [
    { name: 'period', summary: 'month, quarter or year: the one that runs now', of: 'period' },
    { name: 'workflow', summary: 'only this workflow', of: 'workflow' },
  ],
  options: [
    { name: 'month', summary: 'one month; the current one unless said', value: '2026-11' },
    { name: 'quarter', summary: 'a quarter', value: '2026-Q4' },
    { name: 'year', summary: 'a year', value: '2026' },
    { name: 'from', summary: 'first day of a period', value: '2026-11-01' },
    { name: 'to', summary: 'the day after its last', value: '2026-12-01' },
    { name: 'csv', summary: 'the figures as a CSV file, for you alone', chatOnly: true },
    PUBLIC,
  ],
  may: 'read',
  reads: true,
  examples: ['roi', 'roi quarter', 'roi year monday-brief'],
  async run(world, input) {
    const now = world.clock.now();
    const { timezone } = (await world.homes.active()).home.team;
    const { period, workflow } = wordsOf(input.args);
    const request = {
      workflow,
      now,
      month: textOption(input, 'month'),
      quarter: textOption(input, 'quarter'),
      year: textOption(input, 'year'),
      ...(period ? periodNow(period, now, timezone) : {}),
      from: textOption(input, 'from'),
      to: textOption(input, 'to'),
    };
    const [report, trend, review] = await Promise.all([
      roi(world, request),
      roiTrend(world, request),
      reviewShare(world, request),
    ]).catch((error: unknown) => {
      throw input.args.workflow === undefined ? withPeriods(error, workflow ?? '') : error;
    });
    if (input.options.csv === true) return asFile(report);
    return { view: roiView(report, trend, review), json: report, exit: 0 };
  },
};

/** What the console gives as well, by the same name. */
function asFile(report: Roi): Answer {
  const file = { name: roiCsvName(report), text: roiCsv(report) };
  const bytes = Buffer.byteLength(file.text);
  return {
    view: roiFileView(report, { name: file.name, bytes }),
    json: report,
    attachments: [{ ...file, bytes }],
    exit: 0,
  };
}

const FORMS = [command('roi month'), ', ', command('roi quarter'), ' or ', command('roi year')];

/** The first word may have been meant as a period where it is no workflow. */
function withPeriods(error: unknown, word: string): unknown {
  if (!(error instanceof CoworkError) || error.code !== 'not_found') return error;
  const near = nearest(word, PERIODS);
  const next = near ? ['Did you mean ', command(`roi ${near}`), '?'] : ['Write ', ...FORMS, ', or a workflow.'];
  return notFound([`${error.message} `, ...next]);
}

/** `roi quarter monday-brief`, `roi quarter` and `roi monday-brief` are all right. */
function wordsOf({ period, workflow }: CommandInput['args']): { period?: PeriodWord; workflow?: string | undefined } {
  if (isPeriod(period)) return { period, workflow };
  if (workflow === undefined) return { workflow: period };
  const shown = JSON.stringify(period?.slice(0, 40));
  throw invalid([`${shown} is no period. Write `, ...FORMS, ', then the workflow.']);
}
