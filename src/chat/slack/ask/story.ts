import { createHash, randomUUID } from 'node:crypto';
import type { App, MessageShortcut } from '@slack/bolt';
import type { MessageView } from '../../../message/view.ts';
import type { AskRow } from '../../../store/schema.ts';
import { namedIn, subjectOfMessage } from '../../ask/message-subject.ts';
import { storyOf } from '../../ask/story.ts';
import { fieldOf } from '../../connect/payload.ts';
import type { Deadline } from '../../deadline.ts';
import { endAsk, type NewAsk, noteUnheard, takeAsk } from '../../inbox.ts';
import { inTime } from '../../receive/in-time.ts';
import { strangerView } from '../../receive/stranger.ts';
import { cameTo, wentWrong } from '../../receive/words.ts';
import { deadlineIn } from '../connect/deadline-in.ts';
import { placeOf } from '../deliver/address.ts';
import { answerPrivately } from '../receive/answer.ts';
import type { Shown } from '../receive/asked-payload.ts';
import type { Metadata } from '../receive/metadata.ts';
import { senderOf } from '../receive/sender.ts';
import { drawInto, modalOf, openWaiting, waiting } from '../receive/show.ts';
import { SHORTCUTS } from '../setup/manifest.ts';
import type { Slack } from '../slack.ts';
import type { StoryPayload } from './payload.ts';

const TITLE = 'What happened?';

/** Buttons in the story are answered in the same modal. */
const metadataOf = (place: string): Metadata => ({ code: '', place, channel: null, ts: null, once: null, below: null });

/** "What happened?" on a message: a modal at once, then the story of the run that the message is about. */
export function handleStory(app: App, slack: Slack): void {
  app.shortcut({ type: 'message_action', callback_id: SHORTCUTS.whatHappened }, async ({ shortcut, ack, context }) => {
    const asked = shortcut as MessageShortcut;
    const deadline = deadlineIn(context, slack.ground.clock);
    const came = await inTime(slack, deadline, consider(slack, asked, deadline), ({ ask }) => ask);
    await ack();
    if (came.ended !== 'well') {
      const view = cameTo(came.ended);
      const to = { sender: asked.user.id, channel: asked.channel.id, thread: null, responseUrl: asked.response_url };
      slack.after({ shortcut: asked.callback_id }, async () => void (await answerPrivately(slack, to, view)));
      return;
    }
    const { ask, external } = came.value;
    if (ask === null) return;
    slack.after({ ask: ask.id, kind: ask.kind }, async () => {
      const modal = waiting(TITLE, metadataOf(ask.place ?? 'slack:modal'));
      await openWaiting(slack, asked.trigger_id, external, modal);
      await slack.perform(ask);
    });
  });
}

async function consider(
  slack: Slack,
  asked: MessageShortcut,
  deadline: Deadline,
): Promise<{ ask: AskRow | null; external: string }> {
  const trigger = asked.trigger_id || randomUUID();
  const external = `story-${createHash('sha256').update(trigger).digest('hex').slice(0, 32)}`;
  const from = await senderOf(slack, asked);
  if (from.sender === '') return { ask: null, external };
  const noted: NewAsk = {
    ...{ platform: 'slack', key: `shortcut:${trigger}`, kind: 'shortcut' },
    ...{ sender: from.sender, person: from.person, place: from.place },
    payload: payloadOf(slack, asked, { ...from, external }),
  };
  const ask = await takeAsk(slack.ground, slack.process, noted, deadline);
  return { ask, external };
}

function payloadOf(
  slack: Slack,
  { channel, message, response_url }: MessageShortcut,
  { member, unsure, outsider, external }: Pick<StoryPayload, 'member' | 'unsure' | 'outsider' | 'external'>,
): StoryPayload {
  const thread = fieldOf(message, 'thread_ts');
  const { bot, botUser } = slack.team();
  const ours = fieldOf(message, 'bot_id') === bot || fieldOf(message, 'user') === botUser;
  return {
    what: 'story',
    member,
    unsure,
    outsider,
    channel: channel?.id ?? null,
    ts: typeof message?.ts === 'string' ? message.ts : null,
    thread: typeof thread === 'string' ? thread : null,
    named: ours ? namedIn(message) : null,
    external,
    responseUrl: /^https?:\/\//.test(response_url ?? '') ? response_url : null,
  };
}

/** Draws the story into the modal that waits for it, or tells it where the person asked. */
export async function performStory(slack: Slack, ask: AskRow, payload: StoryPayload): Promise<void> {
  const shown: Shown = { view: { external: payload.external }, hash: null, below: null };
  const say = async (view: MessageView) => {
    const metadata = metadataOf(ask.place ?? 'slack:modal');
    const drawn = await drawInto(slack, shown, () => modalOf(slack, view, { title: TITLE, metadata, outcome: false }));
    if (drawn || (await answerPrivately(slack, { ...payload, sender: ask.sender }, view))) return;
    await noteUnheard(slack.ground, ask);
  };
  let mine = false;
  try {
    const view = await storyView(slack, ask, payload);
    mine = await endAsk(slack.ground, ask, 'answered');
    if (mine) await say(view);
  } catch (error) {
    mine ||= await endAsk(slack.ground, ask, 'failed').catch(() => true);
    if (mine) await say(wentWrong());
    throw error;
  }
}

async function storyView(slack: Slack, { person, sender }: AskRow, payload: StoryPayload): Promise<MessageView> {
  const world = await slack.world();
  const { team } = (await world.homes.active()).home;
  if (person === null && !payload.member) return strangerView('slack', team, { ...payload, sender });
  const { channel, ts, thread, named } = payload;
  const places = channel === null ? [] : [`slack:${channel}`, await placeOf(slack, channel)];
  const pointedAt = { places, ids: [ts, thread].filter((id) => id !== null), named };
  const subject = await subjectOfMessage(slack.ground.db, pointedAt);
  return storyOf(world, subject, { person, member: payload.member, via: 'slack' });
}
