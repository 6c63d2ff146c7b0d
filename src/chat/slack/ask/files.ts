import { sentencesView } from '../../../../blocks/sentences.ts';
import type { Answer, Attachment } from '../../../../commands/command.ts';
import { CoworkError } from '../../../errors.ts';
import { plainText } from '../../../message/plain.ts';
import type { Text } from '../../../message/text.ts';
import type { Part } from '../../../message/view.ts';
import { readAttachment } from '../../attachment.ts';
import { plainError } from '../../connect/plain-error.ts';
import { directChannel } from '../deliver/direct.ts';
import { deliveryErrorOf } from '../deliver/failures.ts';
import { type Uploaded, upload } from '../deliver/upload.ts';
import { escapeSlack } from '../render.ts';
import type { Slack } from '../slack.ts';

/** A file as it is handed on, or why it is not. */
type Read = { attachment: Attachment; bytes: Buffer } | { why: string };

/**
 * Sends the files of an answer to one person's private conversation, never into a channel, and answers what to say about
 * it: what was sent, and of each file that was not, why, and where it is instead. Each is compared with the record first.
 */
export async function handOverFiles(slack: Slack, sender: string, answer: Answer): Promise<Answer> {
  const { attachments = [], ...rest } = answer;
  if (attachments.length === 0) return rest;
  const read: Read[] = [];
  for (const attachment of attachments) read.push(await readOne(attachment));
  const given = read.filter((one): one is Extract<Read, { bytes: Buffer }> => 'bytes' in one);
  const left = read.flatMap((one): Text[] => ('why' in one ? [[one.why]] : []));
  const failure = given.length > 0 ? await send(slack, sender, rest, given) : null;
  const sent = failure === null ? given.length : 0;
  return { ...rest, view: told(rest.view, { asked: attachments.length, sent, left, failure }) };
}

async function readOne(attachment: Attachment): Promise<Read> {
  if (attachment.bytes === 0) return { why: `${attachment.name} is empty, and Slack takes no empty files.` };
  try {
    return { attachment, bytes: await readAttachment(attachment) };
  } catch (error) {
    if (error instanceof CoworkError && error.code !== 'internal') return { why: error.message };
    throw error;
  }
}

/** What is said of files that were not sent, or may have been. */
type Failure = { why: string; sent: 'nothing' | 'perhaps' };

/** In one message; null where Slack took them. */
async function send(
  slack: Slack,
  sender: string,
  { view }: Answer,
  given: readonly { attachment: Attachment; bytes: Buffer }[],
): Promise<Failure | null> {
  let sent: Failure['sent'] = 'nothing';
  try {
    const channel = await directChannel(slack, sender);
    const uploads: Uploaded[] = [];
    for (const { attachment, bytes } of given) uploads.push(await upload(slack, attachment, bytes));
    const { here } = await slack.draw('message');
    // From here on they may be there, whatever is heard of it.
    sent = 'perhaps';
    await slack.clients.later.files.completeUploadExternal({
      files: uploads as [Uploaded, ...Uploaded[]],
      channel_id: channel,
      initial_comment: escapeSlack(view.summary.map((line) => plainText(line, here)).join('\n')),
    });
    return null;
  } catch (error) {
    slack.ground.log.warn({ user: sender, ...plainError(error) }, 'Files that somebody asked for were not sent.');
    const { failure, message } = deliveryErrorOf(error);
    return { why: message, sent: failure === 'unknown' ? sent : 'nothing' };
  }
}

interface Told {
  asked: number;
  sent: number;
  left: readonly Text[];
  failure: Failure | null;
}

/** The answer's own pages stay below, so that what was not sent can be got there. */
function told(view: Answer['view'], { asked, sent, left, failure }: Told): Answer['view'] {
  const [what = ''] = (view.summary[0] ?? []).filter((span) => typeof span === 'string');
  const name = what.replace(/\.$/, '');
  const words =
    failure !== null
      ? `${name}: ${failureWords(failure)}`
      : sent === 0
        ? `${name}: nothing could be sent.`
        : `${name}: ${asked === 1 ? 'it is' : sent === 1 ? 'one is' : `${sent} are`} in your direct messages with this bot.`;
  const rest = view.parts.filter(({ part }) => part !== 'headline');
  const lines: Part[] = left.length > 0 ? [{ part: 'prose', lines: left }] : [];
  return sentencesView(words, sent > 0 && left.length === 0 ? 'ok' : 'warn', ...lines, ...rest);
}

/** `Slack did not take them. The bot lacks the scope files:write. Nothing was sent.` */
function failureWords({ why, sent }: Failure): string {
  const reason = `${why.charAt(0).toUpperCase()}${why.slice(1)}.`;
  return sent === 'nothing'
    ? `Slack did not take them. ${reason} Nothing was sent.`
    : `Slack did not say whether it took them. ${reason} They may have arrived: look into your direct messages with this bot before you ask for them again.`;
}
