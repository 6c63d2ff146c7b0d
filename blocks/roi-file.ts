import type { MessageView } from '../src/message/view.ts';
import type { Roi } from '../src/reports/roi.ts';
import { csvPath } from './roi-actions.ts';

/** The figures of a period as a file: what a chat hands over, and the console leads to. */
export function roiFileView(roi: Roi, { name, bytes }: { name: string; bytes: number }): MessageView {
  const whose = roi.workflow === null ? '' : ` of ${roi.workflow}`;
  const first = `The figures${whose} for ${roi.label}${roi.complete ? '' : ' so far'} as a CSV file.`;
  return {
    summary: [[first]],
    parts: [
      { part: 'headline', tone: 'info', text: [first] },
      { part: 'file', name, bytes, path: csvPath(roi) },
      { part: 'footnote', text: ['A row for each workflow, then one for all. An empty cell is unavailable.'] },
    ],
    mentions: [],
  };
}
