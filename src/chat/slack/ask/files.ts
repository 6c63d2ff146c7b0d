import type { Answer, Attachment } from '../../../../commands/command.ts';
import { plainText } from '../../../message/plain.ts';
import type { Text } from '../../../message/text.ts';
import type { MessageView } from '../../../message/view.ts';
import { plainError } from '../../connect/plain-error.ts';
import {
  filesOnTheirWay,
  filesTold,
  HELD,
  type NotSent,
  readFile,
  saidWhileSlow,
  sortFiles,
} from '../../receive/files.ts';
import { directChannel, inDirect } from '../deliver/direct.ts';
import { codeOf, deliveryErrorOf } from '../deliver/failures.ts';
import { type Uploaded, upload } from '../deliver/upload.ts';
import { escapeSlack } from '../render.ts';
import type { Slack } from '../slack.ts';

const WHERE = 'in your direct messages with this bot';

/**
 * Sends the files of an answer to one person's private conversation, never into a channel, and answers what to say about
 * it: what was sent, and of each file that was not, why, and where it is instead. Each is compared with the record first.
 * Where that takes long, `say` tells them so meanwhile.
 */
export async function handOverFiles(
  slack: Slack,
  sender: string,
  answer: Answer,
  say: (view: MessageView) => Promise<unknown>,
): Promise<Answer> {
  const { attachments = [], ...rest } = answer;
  if (attachments.length === 0) return rest;
  const { fit, left } = sortFiles('slack', attachments);
  const work = fit.length > 0 ? send(slack, sender, rest, fit) : Promise.resolve(NOTHING);
  const onTheirWay = () => say(filesOnTheirWay(rest.view, { asked: fit.length, where: WHERE }));
  const came = await saidWhileSlow(slack.ground.clock, work, onTheirWay);
  const told = { platform: 'slack', where: WHERE, asked: attachments.length, ...came } as const;
  return { ...rest, view: filesTold(rest.view, { ...told, left: [...left, ...came.left] }) };
}

/** What came of sending. */
interface Came {
  sent: number;
  /** Of each file that is not the one of the record any more, that. */
  left: Text[];
  failure: NotSent | null;
}

const NOTHING: Came = { sent: 0, left: [], failure: null };

/** In one message. Never more than one file of it is held in memory. */
async function send(slack: Slack, sender: string, { view }: Answer, files: readonly Attachment[]): Promise<Came> {
  const left: Text[] = [];
  let sent: NotSent['sent'] = 'nothing';
  try {
    const uploads: Uploaded[] = [];
    for (const file of files) {
      const taken = await HELD.during(file.bytes, () => handOn(slack, file));
      if (typeof taken === 'string') left.push([taken]);
      else uploads.push(taken);
    }
    if (uploads.length === 0) return { ...NOTHING, left };
    const { here } = await slack.draw('message');
    const message = {
      files: uploads as [Uploaded, ...Uploaded[]],
      initial_comment: escapeSlack(view.summary.map((line) => plainText(line, here)).join('\n')),
    };
    await inDirect(
      slack,
      () => directChannel(slack, sender),
      (channel_id) => {
        // From here on they may be there, whatever is heard of it.
        sent = 'perhaps';
        return slack.clients.later.files.completeUploadExternal({ ...message, channel_id });
      },
    );
    return { sent: uploads.length, left, failure: null };
  } catch (error) {
    slack.ground.log.warn({ user: sender, ...plainError(error) }, 'Files that somebody asked for were not sent.');
    const { failure, message } = deliveryErrorOf(error);
    const why = codeOf(error) === 'channel_not_found' ? NO_CONVERSATION : message;
    return { sent: 0, left, failure: { why, sent: failure === 'unknown' ? sent : 'nothing' } };
  }
}

/** What is said of a channel that is not there would tell them to invite the bot into their own conversation with it. */
const NO_CONVERSATION =
  'Slack has no conversation of this bot with you; open the app under Apps in Slack, and ask again (channel_not_found)';

async function handOn(slack: Slack, file: Attachment): Promise<Uploaded | string> {
  const bytes = await readFile(file);
  return typeof bytes === 'string' ? bytes : upload(slack, file, bytes);
}
