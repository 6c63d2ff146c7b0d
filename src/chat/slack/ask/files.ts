import type { Answer } from '../../../../commands/command.ts';
import { plainText } from '../../../message/plain.ts';
import { plainError } from '../../connect/plain-error.ts';
import { filesTold, type GivenFile, type NotSent, readFiles } from '../../receive/files.ts';
import { directChannel } from '../deliver/direct.ts';
import { deliveryErrorOf } from '../deliver/failures.ts';
import { type Uploaded, upload } from '../deliver/upload.ts';
import { escapeSlack } from '../render.ts';
import type { Slack } from '../slack.ts';

/**
 * Sends the files of an answer to one person's private conversation, never into a channel, and answers what to say about
 * it: what was sent, and of each file that was not, why, and where it is instead. Each is compared with the record first.
 */
export async function handOverFiles(slack: Slack, sender: string, answer: Answer): Promise<Answer> {
  const { attachments = [], ...rest } = answer;
  if (attachments.length === 0) return rest;
  const { given, left } = await readFiles('slack', attachments);
  const failure = given.length > 0 ? await send(slack, sender, rest, given) : null;
  const sent = failure === null ? given.length : 0;
  const told = { platform: 'slack', where: 'in your direct messages with this bot', left, failure } as const;
  return { ...rest, view: filesTold(rest.view, { ...told, asked: attachments.length, sent }) };
}

/** In one message; null where Slack took them. */
async function send(
  slack: Slack,
  sender: string,
  { view }: Answer,
  given: readonly GivenFile[],
): Promise<NotSent | null> {
  let sent: NotSent['sent'] = 'nothing';
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
