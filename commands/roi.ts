import { roiText } from '../blocks/roi.ts';
import { said } from '../blocks/said.ts';
import { roi } from '../src/reports/roi.ts';
import { type Command, textOption } from './command.ts';

export const roiCommand: Command = {
  name: 'roi',
  summary: 'What it was worth: hours, value, cost, net',
  parameters: [{ name: 'workflow', summary: 'only this workflow' }],
  options: [
    { name: 'month', summary: 'a month; this month unless said', value: '2026-11' },
    { name: 'quarter', summary: 'a quarter', value: '2026-Q4' },
    { name: 'year', summary: 'a year', value: '2026' },
    { name: 'from', summary: 'first day of a period', value: '2026-11-01' },
    { name: 'to', summary: 'the day after its last', value: '2026-12-01' },
  ],
  async run(world, input) {
    const report = await roi(world, {
      workflow: input.args.workflow,
      now: world.clock.now(),
      month: textOption(input, 'month'),
      quarter: textOption(input, 'quarter'),
      year: textOption(input, 'year'),
      from: textOption(input, 'from'),
      to: textOption(input, 'to'),
    });
    return { view: said(roiText(report)), json: report, exit: 0 };
  },
};
