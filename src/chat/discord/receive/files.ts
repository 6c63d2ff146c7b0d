import { sentencesView } from '../../../../blocks/sentences.ts';
import type { Answer, Attachment } from '../../../../commands/command.ts';
import type { Text } from '../../../message/text.ts';
import {
  type FilesTold,
  filesOnTheirWay,
  filesTold,
  HELD,
  type NotSent,
  readFile,
  sortFiles,
} from '../../receive/files.ts';
import type { DiscordMessage } from '../components.ts';
import type { Discord } from '../discord.ts';
import { type AnswerTo, answerPrivately, type Heard, type Page, sendBelow } from './answer.ts';
import { isOpen } from './webhook.ts';

/** What Discord takes of one file where an interaction does not say; all files of a message are kept below it too. */
const FILE_LIMIT = 10 * 1_048_576;
const MESSAGE_FILES = 10;

/** A file as a component of a message. */
interface FileComponent {
  type: 13;
  file: { url: string };
}

/**
 * Tells somebody what came of what they asked for, and hands over the files of it: in private messages of their own below
 * the answer, never where others read, even where the answer is for everybody. Each is compared with the record first;
 * of each that was not sent it is said why, and where it is instead. Until they are there the answer says that they are on
 * their way, so that it is true whenever this process ends. False where the answer reached nobody.
 */
export async function handOverFiles(
  discord: Discord,
  to: AnswerTo,
  { view, attachments = [] }: Answer,
  adorn?: Page['adorn'],
): Promise<boolean> {
  if (attachments.length === 0) return answerPrivately(discord, to, view, adorn);
  const inPlace = () => to.token !== null && isOpen(discord, to);
  // What a boosted server takes, a direct message does not.
  const most = inPlace() ? (to.fileLimit ?? FILE_LIMIT) : Math.min(to.fileLimit ?? FILE_LIMIT, FILE_LIMIT);
  const { fit, left } = sortFiles('discord', attachments, most);
  const told = { platform: 'discord', where: WHERE, asked: attachments.length, sent: 0, left, failure: null } as const;
  if (fit.length === 0) return answerPrivately(discord, to, filesTold(view, told));
  // First the words: the first message after "thinking" would take its place.
  const heard = await answerPrivately(discord, to, filesOnTheirWay(view, { asked: fit.length, where: WHERE }));
  if (!heard) return false;
  const came = await send(discord, to, inMessages(fit, most));
  // Where each word is a message of its own, the files below it say the same.
  if (!inPlace() && came.failure === null && left.length + came.left.length === 0) return true;
  return answerPrivately(discord, to, filesTold(view, { ...told, ...came, left: [...left, ...came.left] }));
}

const WHERE = 'below, for you alone';

/** What came of sending. */
type Came = Pick<FilesTold, 'sent' | 'left' | 'failure'>;

/** One message after the other, with no more in memory than its files. */
async function send(discord: Discord, to: AnswerTo, messages: readonly Attachment[][]): Promise<Came> {
  const left: Text[] = [];
  let sent = 0;
  let failure: NotSent | null = null;
  for (const message of messages) {
    const bytes = message.reduce((sum, file) => sum + file.bytes, 0);
    const { given, heard } = await HELD.during(bytes, () => sendOne(discord, to, message, left));
    if (heard === 'all') sent += given;
    else if (heard === 'perhaps' || failure === null)
      failure = { why: '', sent: heard === 'perhaps' || sent > 0 ? 'perhaps' : 'nothing' };
  }
  return { sent, left, failure };
}

async function sendOne(
  discord: Discord,
  to: AnswerTo,
  files: readonly Attachment[],
  left: Text[],
): Promise<{ given: number; heard: Heard }> {
  const given: GivenFile[] = [];
  for (const attachment of files) {
    const bytes = await readFile(attachment);
    if (typeof bytes === 'string') left.push([bytes]);
    else given.push({ attachment, bytes });
  }
  if (given.length === 0) return { given: 0, heard: 'all' };
  return { given: given.length, heard: await sendBelow(discord, to, [messageOf(given)]) };
}

/** As many in a message as it takes, in order. */
function inMessages(files: readonly Attachment[], most: number): Attachment[][] {
  const messages: Attachment[][] = [];
  let room = 0;
  for (const file of files) {
    const last = messages.at(-1);
    if (!last || last.length === MESSAGE_FILES || file.bytes > room) {
      messages.push([file]);
      room = most - file.bytes;
    } else {
      last.push(file);
      room -= file.bytes;
    }
  }
  return messages;
}

/** A file whose bytes are those of the record. */
interface GivenFile {
  attachment: Attachment;
  bytes: Buffer;
}

function messageOf(files: readonly GivenFile[]): Page {
  const names = new Set<string>();
  const uploads = files.map(({ attachment, bytes }) => {
    const name = plainName(attachment.name, names);
    names.add(name);
    return { name, data: bytes };
  });
  const shown = uploads.map(({ name }): FileComponent => ({ type: 13, file: { url: `attachment://${name}` } }));
  const attachments = uploads.map(({ name }, id) => ({ id, filename: name }));
  const titles = files.map(({ attachment }) => attachment.name).join(' · ');
  return {
    view: sentencesView([titles], 'info'),
    adorn: (message) => ({ ...message, components: [...message.components, ...shown], attachments }) as DiscordMessage,
    files: uploads,
  };
}

/** A name that Discord leaves as it is, so that the message finds its file by it; the true one stands above. */
function plainName(name: string, taken: ReadonlySet<string>): string {
  const [, stem = 'file', ending = ''] =
    /^(.*?)(\.[A-Za-z0-9]{1,8})?$/.exec(name.replace(/[^A-Za-z0-9._-]+/g, '_').replace(/^[._-]+/, '')) ?? [];
  for (let count = 1; ; count += 1) {
    const found = `${stem || 'file'}${count === 1 ? '' : `-${count}`}${ending}`;
    if (!taken.has(found)) return found;
  }
}
