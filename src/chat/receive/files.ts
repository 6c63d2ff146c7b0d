import { sentencesView } from '../../../blocks/sentences.ts';
import type { Attachment } from '../../../commands/command.ts';
import type { Clock } from '../../clock.ts';
import { CoworkError } from '../../errors.ts';
import { type Elsewhere, PLATFORM_NAMES } from '../../message/platform.ts';
import type { Text } from '../../message/text.ts';
import type { MessageView, Part } from '../../message/view.ts';
import { readAttachment } from '../attachment.ts';
import { within } from '../within.ts';
import { HeldBytes } from './held-bytes.ts';

/** Of one file: whatever the platform would take, a process holds it in memory while it is sent. */
const MOST_BYTES = 50 * 1_048_576;
/** Of all files that this process holds at a time, for however many people. */
export const HELD = new HeldBytes(MOST_BYTES);

/** Longer than so, and whoever waits is told that it goes on; shorter than a stop leaves to what is under way. */
const SLOW_MS = 3000;

export interface SortedFiles {
  fit: Attachment[];
  /** Of each other, why it is not handed on. */
  left: Text[];
}

/** The files of an answer by their recorded sizes; `most`: bytes that the platform takes of one. */
export function sortFiles(
  platform: Elsewhere,
  attachments: readonly Attachment[],
  most = Number.POSITIVE_INFINITY,
): SortedFiles {
  const sorted: SortedFiles = { fit: [], left: [] };
  for (const attachment of attachments) {
    const why = unfit(platform, attachment, most);
    if (why === null) sorted.fit.push(attachment);
    else sorted.left.push([why]);
  }
  return sorted;
}

function unfit(platform: Elsewhere, { name, bytes }: Attachment, most: number): string | null {
  const where = PLATFORM_NAMES[platform];
  if (bytes === 0) return `${name} is empty, and ${where} takes no empty files.`;
  if (bytes > most) return `${name} is larger than ${where} takes here (${Math.floor(most / 1_048_576)} MiB).`;
  return bytes > MOST_BYTES ? `${name} is larger than this bot sends (${MOST_BYTES / 1_048_576} MiB).` : null;
}

/** The bytes of a file, compared with the record; else why it is not handed on. */
export async function readFile(attachment: Attachment): Promise<Buffer | string> {
  try {
    return await readAttachment(attachment);
  } catch (error) {
    if (error instanceof CoworkError && error.code !== 'internal') return error.message;
    throw error;
  }
}

/** Waits for a hand-over; `say` where it is slow, so that a process that ends meanwhile leaves nobody without a word. */
export async function saidWhileSlow<T>(clock: Clock, work: Promise<T>, say: () => Promise<unknown>): Promise<T> {
  const soon = await within(
    clock,
    SLOW_MS,
    work.then((done) => ({ done })),
  );
  if (soon !== 'late') return soon.done;
  // What comes of the hand-over is said whether or not this arrived.
  await say().catch(() => undefined);
  return work;
}

/** Said before files are there, or long before. */
export function filesOnTheirWay(view: MessageView, { asked, where }: Pick<FilesTold, 'asked' | 'where'>): MessageView {
  const they = asked === 1 ? 'it is on its way, and will be' : 'they are on their way, and will be';
  const again = asked === 1 ? 'If it is not there' : 'If they are not there';
  return sentencesView(`${nameIn(view)}: ${they} ${where}. ${again} in a quarter of an hour, ask again.`, 'info');
}

/** What is said of files that were not sent, or may have been. */
export interface NotSent {
  /** In words that follow "did not take them". */
  why: string;
  sent: 'nothing' | 'perhaps';
}

export interface FilesTold {
  platform: Elsewhere;
  /** Where they are for that person: `in your direct messages with this bot`. */
  where: string;
  /** How many there were to send. */
  asked: number;
  sent: number;
  left: readonly Text[];
  failure: NotSent | null;
}

/** What is said about the files of an answer; its own pages stay below, so that what was not sent can be got there. */
export function filesTold(view: MessageView, told: FilesTold): MessageView {
  const { sent, left, failure, where } = told;
  const name = nameIn(view);
  const words =
    failure !== null
      ? `${name}: ${failureWords(told, failure)}`
      : sent === 0
        ? `${name}: nothing could be sent.`
        : `${name}: ${areThere(told)} ${where}.`;
  const rest = view.parts.filter(({ part }) => part !== 'headline');
  const lines: Part[] = left.length > 0 ? [{ part: 'prose', lines: left }] : [];
  return sentencesView(words, sent > 0 && left.length === 0 ? 'ok' : 'warn', ...lines, ...rest);
}

const areThere = ({ asked, sent }: FilesTold): string => {
  if (asked === 1) return 'it is';
  if (sent === asked) return 'all are';
  return sent === 1 ? 'one is' : `${sent} are`;
};

/** `2 files of R-7` */
function nameIn({ summary }: MessageView): string {
  const [what = ''] = (summary[0] ?? []).filter((span) => typeof span === 'string');
  return what.replace(/\.$/, '');
}

/** `Slack did not take them. The bot lacks the scope files:write. Nothing was sent.` */
function failureWords({ platform, where }: FilesTold, { why, sent }: NotSent): string {
  const name = PLATFORM_NAMES[platform];
  const reason = why === '' ? '' : ` ${why.charAt(0).toUpperCase()}${why.slice(1)}.`;
  return sent === 'nothing'
    ? `${name} did not take them.${reason} Nothing was sent.`
    : `${name} did not say whether it took them.${reason} They may have arrived: look ${lookInto(where)} before you ask for them again.`;
}

const lookInto = (where: string): string => where.replace(/^in /, 'into ');
