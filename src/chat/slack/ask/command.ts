import { randomUUID } from 'node:crypto';
import type { App, SlashCommand } from '@slack/bolt';
import { sentencesView } from '../../../../blocks/sentences.ts';
import type { MessageView } from '../../../message/view.ts';
import type { AskRow } from '../../../store/schema.ts';
import { answerWords, type Typist } from '../../command-line.ts';
import type { Deadline } from '../../deadline.ts';
import { endAsk, type NewAsk, noteUnheard, takeAsk } from '../../inbox.ts';
import { inTime } from '../../receive/in-time.ts';
import { strangerView } from '../../receive/stranger.ts';
import { cameTo, NOT_IN_TIME, wentWrong } from '../../receive/words.ts';
import type { SlackMessage } from '../block-kit.ts';
import { deadlineIn } from '../connect/deadline-in.ts';
import { answerPrivately } from '../receive/answer.ts';
import { plainOptions } from '../receive/draw.ts';
import { senderOf } from '../receive/sender.ts';
import { renderSlack } from '../render.ts';
import { SLASH_COMMAND } from '../setup/manifest.ts';
import type { Slack } from '../slack.ts';
import { handOverFiles } from './files.ts';
import type { TypedPayload } from './payload.ts';
import { typedWords } from './typed.ts';

/** `/cowork …`: noted, acknowledged without a word, done, and answered to that person alone unless they say otherwise. */
export function handleCommand(app: App, slack: Slack): void {
  app.command(SLASH_COMMAND, async ({ command, ack, context }) => {
    const deadline = deadlineIn(context, slack.ground.clock);
    const came = await inTime(slack, deadline, consider(slack, command, deadline), ({ ask }) => ask);
    const { ask, refusal } = came.ended === 'well' ? came.value : { ask: null, refusal: notNoted(slack, came.ended) };
    if (refusal) {
      const { text, blocks } = refusal.drawn;
      await ack({ ...alone(text), blocks: blocks as never });
      if (deadline.missed) slack.after({ command: 'missed' }, () => sayLater(slack, command, refusal.view));
      return;
    }
    await ack();
    if (ask) slack.after({ ask: ask.id, kind: ask.kind }, () => slack.perform(ask));
  });
}

/** Drawn by nothing but our own words: what does not answer cannot say how to draw either. */
function notNoted(slack: Slack, ended: 'late' | 'unsure' | 'failed'): Refusal {
  const view = ended === 'late' ? sentencesView(`${NOT_IN_TIME} Type it again in a minute.`, 'fail') : cameTo(ended);
  return { view, drawn: renderSlack(view, plainOptions(slack, 'message')) };
}

/** Slack waited no longer for the acknowledgement, so that it showed nothing. */
async function sayLater(slack: Slack, command: SlashCommand, view: MessageView): Promise<void> {
  const { user_id: sender, channel_id } = command;
  const to = { sender, channel: channel_id || null, thread: null, responseUrl: answerTo(command) };
  await answerPrivately(slack, to, view);
}

const alone = (text: string) => ({ response_type: 'ephemeral' as const, text });

interface Refusal {
  view: MessageView;
  drawn: SlackMessage;
}

interface Considered {
  ask: AskRow | null;
  refusal: Refusal | null;
}

async function consider(slack: Slack, command: SlashCommand, deadline: Deadline): Promise<Considered> {
  const from = await senderOf(slack, command);
  if (from.sender === '') return { ask: null, refusal: null };
  const { team } = (await slack.ground.homes.active()).home;
  if (from.person === null && !from.member) {
    const view = strangerView('slack', team, from);
    return { ask: null, refusal: { view, drawn: renderSlack(view, await slack.draw('message')) } };
  }
  const noted: NewAsk = {
    ...{ platform: 'slack', key: `command:${command.trigger_id || randomUUID()}`, kind: 'command' },
    ...{ sender: from.sender, person: from.person, place: from.place },
    payload: payloadOf(command, typedWords(command.text ?? '', team), from.member),
  };
  const ask = await takeAsk(slack.ground, slack.process, noted, deadline);
  return { ask, refusal: null };
}

const payloadOf = (command: SlashCommand, words: string, member: boolean): TypedPayload => ({
  what: 'words',
  words,
  member,
  channel: command.channel_id || null,
  responseUrl: answerTo(command),
});

const answerTo = ({ response_url }: SlashCommand): string | null =>
  /^https?:\/\//.test(response_url ?? '') ? response_url : null;

/** Answers typed words, after it was noted that they are done: what a crash cuts off is neither done nor answered twice. */
export async function performWords(slack: Slack, ask: AskRow, payload: TypedPayload): Promise<void> {
  const { sender, person } = ask;
  const { member, words, channel, responseUrl } = payload;
  const to = { sender, channel, thread: null, responseUrl };
  let mine = false;
  try {
    const answer = await answered(slack, words, { sender, person, member, ask: ask.id });
    mine = await endAsk(slack.ground, ask, answer.exit === 0 ? 'answered' : 'refused');
    if (!mine) return;
    const { view } = await handOverFiles(slack, sender, answer, (slowly) => answerPrivately(slack, to, slowly));
    const heard = await answerPrivately(slack, { ...to, everybody: answer.public }, view);
    if (!heard) await noteUnheard(slack.ground, ask);
  } catch (error) {
    // Where not even that can be noted, it is tried again, and they are told to look.
    mine ||= await endAsk(slack.ground, ask, 'failed').catch(() => true);
    if (mine) await answerPrivately(slack, to, wentWrong());
    throw error;
  }
}

const answered = async (slack: Slack, words: string, typist: Omit<Typist, 'via'>) =>
  answerWords(await slack.world(), words, { ...typist, via: 'slack' });
