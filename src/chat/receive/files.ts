import { sentencesView } from '../../../blocks/sentences.ts';
import type { Attachment } from '../../../commands/command.ts';
import { CoworkError } from '../../errors.ts';
import { type Elsewhere, PLATFORM_NAMES } from '../../message/platform.ts';
import type { Text } from '../../message/text.ts';
import type { MessageView, Part } from '../../message/view.ts';
import { readAttachment } from '../attachment.ts';

/** A file whose bytes are those of the record. */
export interface GivenFile {
  attachment: Attachment;
  bytes: Buffer;
}

export interface ReadFiles {
  given: GivenFile[];
  /** Of each other, why it is not handed on. */
  left: Text[];
}

/** The files of an answer, each compared with the record; `most`: bytes that the platform takes of one. */
export async function readFiles(
  platform: Elsewhere,
  attachments: readonly Attachment[],
  most = Number.POSITIVE_INFINITY,
): Promise<ReadFiles> {
  const read: ReadFiles = { given: [], left: [] };
  for (const attachment of attachments) {
    const why = unfit(platform, attachment, most);
    const file = why ?? (await readOne(attachment));
    if (typeof file === 'string') read.left.push([file]);
    else read.given.push({ attachment, bytes: file });
  }
  return read;
}

function unfit(platform: Elsewhere, { name, bytes }: Attachment, most: number): string | null {
  const where = PLATFORM_NAMES[platform];
  if (bytes === 0) return `${name} is empty, and ${where} takes no empty files.`;
  return bytes > most ? `${name} is larger than ${where} takes here (${Math.floor(most / 1_048_576)} MiB).` : null;
}

async function readOne(attachment: Attachment): Promise<Buffer | string> {
  try {
    return await readAttachment(attachment);
  } catch (error) {
    if (error instanceof CoworkError && error.code !== 'internal') return error.message;
    throw error;
  }
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
  const { asked, sent, left, failure, where } = told;
  const [what = ''] = (view.summary[0] ?? []).filter((span) => typeof span === 'string');
  const name = what.replace(/\.$/, '');
  const words =
    failure !== null
      ? `${name}: ${failureWords(told, failure)}`
      : sent === 0
        ? `${name}: nothing could be sent.`
        : `${name}: ${asked === 1 ? 'it is' : sent === 1 ? 'one is' : `${sent} are`} ${where}.`;
  const rest = view.parts.filter(({ part }) => part !== 'headline');
  const lines: Part[] = left.length > 0 ? [{ part: 'prose', lines: left }] : [];
  return sentencesView(words, sent > 0 && left.length === 0 ? 'ok' : 'warn', ...lines, ...rest);
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
