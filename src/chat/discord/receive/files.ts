import { sentencesView } from '../../../../blocks/sentences.ts';
import type { Answer } from '../../../../commands/command.ts';
import { filesTold, type GivenFile, readFiles } from '../../receive/files.ts';
import type { DiscordMessage } from '../components.ts';
import type { Discord } from '../discord.ts';
import { type AnswerTo, addPrivately, answerPrivately, type Page } from './answer.ts';

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
 * of each that was not sent it is said why, and where it is instead. False where the answer reached nobody.
 */
export async function handOverFiles(
  discord: Discord,
  to: AnswerTo,
  { view, attachments = [] }: Answer,
  adorn?: Page['adorn'],
): Promise<boolean> {
  if (attachments.length === 0) return answerPrivately(discord, to, view, adorn);
  const most = to.fileLimit ?? FILE_LIMIT;
  const { given, left } = await readFiles('discord', attachments, most);
  const told = { platform: 'discord', where: 'below, for you alone', asked: attachments.length, left } as const;
  // First the words: the first message after "thinking" would take its place.
  const heard = await answerPrivately(discord, to, filesTold(view, { ...told, sent: given.length, failure: null }));
  if (!heard || given.length === 0) return heard;
  if (await addPrivately(discord, to, messagesOf(given, most))) return true;
  const failure = { why: '', sent: 'perhaps' } as const;
  return answerPrivately(discord, to, filesTold(view, { ...told, sent: 0, failure }));
}

/** As many in a message as it takes, in order. */
function messagesOf(given: readonly GivenFile[], most: number): Page[] {
  const messages: GivenFile[][] = [];
  let room = 0;
  for (const file of given) {
    const last = messages.at(-1);
    if (!last || last.length === MESSAGE_FILES || file.bytes.length > room) {
      messages.push([file]);
      room = most - file.bytes.length;
    } else {
      last.push(file);
      room -= file.bytes.length;
    }
  }
  return messages.map(messageOf);
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
