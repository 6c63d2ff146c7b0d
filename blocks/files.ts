import { sizeText } from '../src/message/plain.ts';
import type { Text } from '../src/message/text.ts';
import type { MessageView } from '../src/message/view.ts';
import { nameList, oneLine } from '../src/reviews/plain.ts';
import { link, outputPath, runPath } from './say.ts';
import { counted, hashText } from './words.ts';

/** Outputs that somebody asked for. Paths are those of the run's outputs. */
export interface GivenFiles {
  /** `R-128`, or the run's id. */
  of: string;
  run_id: string;
  output_hash: string | null;
  given: readonly { path: string; bytes: number }[];
  left_out: readonly { path: string; bytes: number }[];
}

/** What is given to whoever asked, with the page of each file; what is too much for a message, and where it is. */
export function filesView({ of, run_id, output_hash, given, left_out }: GivenFiles): MessageView {
  const first =
    given.length > 0 ? `${counted(given.length, 'file')} of ${of}.` : `The files of ${of} are too large to send.`;
  return {
    summary: [[first]],
    parts: [
      { part: 'headline', tone: given.length > 0 ? 'info' : 'warn', text: [first] },
      ...given.map(({ path, bytes }) => ({
        part: 'file' as const,
        name: oneLine(path, 120),
        bytes,
        path: outputPath(run_id, path),
      })),
      ...(left_out.length > 0 ? [{ part: 'prose' as const, lines: [leftOut(left_out, run_id)] }] : []),
      ...(output_hash ? [{ part: 'footnote' as const, text: [hashText(output_hash)] }] : []),
    ],
    mentions: [],
  };
}

/** `Left out, since a message holds 10 files and 20 MB: a.csv and 3 more (42 MB). They are on the page of the run.` */
function leftOut(files: GivenFiles['left_out'], runId: string): Text {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  const names = nameList(files.map(({ path }) => path));
  return [
    `Left out, since a message holds 10 files and 20 MB: ${names} (${sizeText(bytes)}). To get ${files.length === 1 ? 'it' : 'them'}: `,
    link('the page of the run', runPath(runId)),
    '.',
  ];
}
