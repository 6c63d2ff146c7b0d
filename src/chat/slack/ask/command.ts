import { randomUUID } from 'node:crypto';
import type { App, SlashCommand } from '@slack/bolt';
import { queuedView } from '../../../../blocks/run-started.ts';
import type { Answer } from '../../../../commands/command.ts';
import type { MessageView } from '../../../message/view.ts';
import type { AskRow } from '../../../store/schema.ts';
import { answerWords } from '../../command-line.ts';
import { endAsk, takeAsk } from '../../inbox.ts';
import { answerPrivately } from '../receive/answer.ts';
import { inTime } from '../receive/in-time.ts';
import { senderOf } from '../receive/sender.ts';
import { NOT_IN_TIME, wentWrong } from '../receive/words.ts';
import { renderSlack } from '../render.ts';
import { SLASH_COMMAND } from '../setup/manifest.ts';
import type { Slack } from '../slack.ts';
import type { TypedPayload } from './payload.ts';
import { typedWords } from './typed.ts';
import { plainSummary, strangerView } from './words.ts';

/** `/cowork …`: noted, acknowledged without a word, done, and answered to that person alone unless they say otherwise. */
export function handleCommand(app: App, slack: Slack): void {
  app.command(SLASH_COMMAND, async ({ command, ack }) => {
    const came = await inTime(slack, consider(slack, command), ({ ask }) => ask);
    // What cannot reach the record cannot be drawn by the home either.
    if (came.ended === 'late') return ack(alone(`${NOT_IN_TIME} Type it again in a minute.`));
    if (came.ended === 'failed') return ack(alone(plainSummary(wentWrong())));
    const { ask, refusal } = came.value;
    if (refusal) {
      const { text, blocks } = renderSlack(refusal, await slack.draw('message'));
      return ack({ ...alone(text), blocks: blocks as never });
    }
    await ack();
    if (ask) slack.after({ ask: ask.id, kind: ask.kind }, () => slack.perform(ask));
  });
}

const alone = (text: string) => ({ response_type: 'ephemeral' as const, text });

interface Considered {
  ask: AskRow | null;
  refusal: MessageView | null;
}

async function consider(slack: Slack, command: SlashCommand): Promise<Considered> {
  const from = await senderOf(slack, command);
  if (from.sender === '') return { ask: null, refusal: null };
  const { team } = (await slack.ground.homes.active()).home;
  if (from.person === null && !from.member) return { ask: null, refusal: strangerView(team, from) };
  const ask = await takeAsk(slack.ground, slack.process, {
    platform: 'slack',
    key: `command:${command.trigger_id || randomUUID()}`,
    kind: 'command',
    sender: from.sender,
    person: from.person,
    place: from.place,
    payload: payloadOf(slack, command, typedWords(command.text ?? '', team), from.member),
  });
  return { ask, refusal: null };
}

const payloadOf = ({ ground }: Slack, command: SlashCommand, words: string, member: boolean): TypedPayload => ({
  what: 'words',
  words,
  member,
  at: ground.clock.now().toISOString(),
  channel: command.channel_id || null,
  responseUrl: /^https?:\/\//.test(command.response_url ?? '') ? command.response_url : null,
});

/** Answers typed words; what somebody else began before it died is not begun twice. */
export async function performWords(slack: Slack, ask: AskRow, payload: TypedPayload): Promise<void> {
  const { sender, person } = ask;
  const { member, words, channel, responseUrl } = payload;
  const to = { sender, channel, thread: null, responseUrl };
  try {
    const answer = (await startedBefore(slack, ask, payload)) ?? (await answered(slack, words, { person, member }));
    await answerPrivately(slack, { ...to, everybody: answer.public }, answer.view);
    await endAsk(slack.ground, ask, answer.exit === 0 ? 'answered' : 'refused');
  } catch (error) {
    await answerPrivately(slack, to, wentWrong());
    await endAsk(slack.ground, ask, 'failed');
    throw error;
  }
}

const answered = async (slack: Slack, words: string, { person, member }: { person: string | null; member: boolean }) =>
  answerWords(await slack.world(), words, { person, member, via: 'slack' });

/** Only starting a run can be done twice; everything else that acts says that it was done already. */
async function startedBefore(
  { ground }: Slack,
  { tries, person }: AskRow,
  { words, at }: TypedPayload,
): Promise<Answer | null> {
  if (tries < 2 || person === null || !/^(cowork\s+)?(re)?run\s/i.test(words)) return null;
  const run = await ground.db
    .selectFrom('runs')
    .select('id')
    .where('trigger_by', '=', person)
    .where('via', '=', 'slack')
    .where('queued_at', '>=', new Date(at))
    .orderBy('queued_at')
    .limit(1)
    .executeTakeFirst();
  return run ? { view: queuedView(run.id, {}), json: { run_id: run.id }, exit: 0 } : null;
}
