import { sentencesView } from '../../../../blocks/sentences.ts';
import { CoworkError } from '../../../errors.ts';
import { type Click, decodeAction } from '../../../message/action.ts';
import type { MessageView } from '../../../message/view.ts';
import type { AskRow } from '../../../store/schema.ts';
import type { Values } from '../../acts/values.ts';
import { refusedAct } from '../../acts.ts';
import { askedBy, valueErrors } from '../../asked.ts';
import { fieldOf, type Payload } from '../../connect/payload.ts';
import type { Deadline } from '../../deadline.ts';
import { type NewAsk, takeAsk } from '../../inbox.ts';
import { inTime } from '../../receive/in-time.ts';
import { refuseOutsider } from '../../receive/outsider.ts';
import type { Sender } from '../../receive/sender.ts';
import { titleOf } from '../../receive/titles.ts';
import { withTyped } from '../../receive/typed.ts';
import { cameTo, NOT_IN_TIME, NOT_SURE, olderForm, sentAlready } from '../../receive/words.ts';
import type { SlackModal } from '../block-kit.ts';
import type { Slack } from '../slack.ts';
import { answerPrivately } from './answer.ts';
import { type AskedPayload, NOWHERE } from './asked-payload.ts';
import { formModal } from './form.ts';
import { ACT_FORM, type Metadata, readMetadata } from './metadata.ts';
import { readSent, type Sent } from './read-form.ts';
import { senderOf } from './sender.ts';
import { modalOf, plainModalOf, waiting } from './show.ts';

/** What the acknowledgement of a form shows. */
export type FormReply =
  | { response_action: 'errors'; errors: Record<string, string> }
  | { response_action: 'update'; view: SlackModal };

interface Reply {
  reply: FormReply;
  /** The same in words, for where Slack waited no longer for the reply. */
  said: MessageView;
  /** What was noted, to be done now. */
  ask: AskRow | null;
}

const NO_METADATA: Metadata = { code: '', place: 'slack:modal', channel: null, ts: null, once: null, below: null };

/**
 * A form that was sent: held against the form as it would be drawn now, noted, and only then acknowledged. What is wrong
 * with a field is said below it; whatever ends the matter is said in the modal itself.
 */
export async function handleSent(
  slack: Slack,
  body: Payload,
  deadline: Deadline,
  ack: (reply: FormReply) => Promise<void>,
): Promise<void> {
  const sent = readSent(body);
  const came = await inTime(slack, deadline, consider(slack, body, sent, deadline), ({ ask }) => ask);
  const { reply, said, ask } = came.ended === 'well' ? came.value : notDone(slack, sent, came.ended);
  await ack(reply);
  if (ask) slack.after({ form: ask.id }, () => slack.perform(ask));
  else if (deadline.missed) slack.after({ form: 'missed' }, () => sayBeside(slack, body, sent, said));
}

/** The form is closed, and said nothing: where it was opened from, whoever sent it hears what it would have said. */
async function sayBeside(slack: Slack, { user }: Payload, { metadata }: Sent, said: MessageView): Promise<void> {
  const id = fieldOf(user, 'id');
  const { channel } = readMetadata(metadata) ?? NO_METADATA;
  await answerPrivately(slack, { sender: String(id ?? ''), channel, thread: null, responseUrl: null }, said);
}

/** What was typed stays where Slack takes an error below a field. Nothing is asked of a record that does not answer. */
function notDone(slack: Slack, { inputs }: Sent, ended: 'late' | 'unsure' | 'failed'): Reply {
  const [first] = inputs;
  const said = cameTo(ended);
  const again = ended === 'unsure' ? `${NOT_SURE} Send it again: it counts once.` : `${NOT_IN_TIME} Send it again.`;
  if (first !== undefined) return { reply: { response_action: 'errors', errors: { [first]: again } }, said, ask: null };
  const view = plainModalOf(slack, said, { title: 'Nothing was done', metadata: NO_METADATA, outcome: true });
  return { reply: { response_action: 'update', view }, said, ask: null };
}

const notDoneView = (why: string): MessageView => sentencesView(why, 'warn');

async function consider(slack: Slack, body: Payload, sent: Sent, deadline: Deadline): Promise<Reply> {
  const metadata = readMetadata(sent.metadata);
  const click = metadata && decodeAction(metadata.code);
  if (sent.callbackId !== ACT_FORM || !metadata?.once || !click || sent.viewId === null) {
    return shown(slack, withTyped(olderForm(), sent.values), null, NO_METADATA);
  }
  const sender = await senderOf(slack, body);
  const refusal = await held(slack, { click, metadata, sender, sent });
  if (refusal) return refusal;
  const noted: NewAsk = {
    ...{ platform: 'slack', kind: 'form', sender: sender.sender, person: sender.person, place: metadata.place },
    key: `form:${metadata.once}`,
    payload: payloadOf(sent, sent.viewId, metadata),
  };
  const ask = await takeAsk(slack.ground, slack.process, noted, deadline);
  const below = { ...metadata, once: null };
  if (!ask) return shown(slack, sentAlready(), click, below);
  return { reply: { response_action: 'update', view: waiting(titleOf(click), below) }, said: sentAlready(), ask };
}

interface Held {
  click: Click;
  metadata: Metadata;
  sender: Sender;
  sent: Sent;
}

/** Why nothing can be done with it as it is; null where it can be tried. */
async function held(slack: Slack, { click, metadata, sender: from, sent }: Held): Promise<Reply | null> {
  const world = await slack.world();
  const { sender, person, member, outsider } = from;
  const { values, inputs } = sent;
  if (outsider) {
    const request = { click, values, person, sender, via: 'slack', place: metadata.place } as const;
    return shown(slack, await refuseOutsider(world, request, outsider), click, { ...metadata, once: null });
  }
  const asked = await askedBy(world, click, { person, sender, via: 'slack' }).catch(async (error) => ({
    refused: await refusedAct(
      world,
      { click, values, person, member, sender, via: 'slack', place: metadata.place },
      error,
    ),
  }));
  if (asked === null) return null;
  if ('refused' in asked)
    return shown(slack, withTyped(asked.refused.view, values), click, { ...metadata, once: null });
  const errors = await valueErrors(world, click, asked.form, values).catch(oddField);
  const wrong = Object.entries(errors);
  if (wrong.length === 0) return null;
  if (wrong.every(([field]) => inputs.includes(field)))
    return { reply: { response_action: 'errors', errors }, said: notDoneView(sayErrors(errors)), ask: null };
  // The form is another one since it was opened: it is drawn anew around what was typed.
  const why = `The form has changed since you opened it. ${wrong[0]?.[1] ?? ''} Nothing was done.`;
  const view = formModal(asked, metadata, { values, why });
  return { reply: { response_action: 'update', view }, said: notDoneView(why), ask: null };
}

const sayErrors = (errors: Record<string, string>): string =>
  [...Object.values(errors), 'Nothing was done. Open the form again.'].join(' ');

/** A field that the form has no longer, as an error of no field of it. */
function oddField(error: unknown): Record<string, string> {
  if (error instanceof CoworkError && error.code === 'invalid') return { '': 'Look through it and send it again.' };
  throw error;
}

async function shown(slack: Slack, view: MessageView, click: Click | null, metadata: Metadata): Promise<Reply> {
  const title = click ? titleOf(click) : 'Nothing was done';
  const modal = await modalOf(slack, view, { title, metadata, outcome: true });
  return { reply: { response_action: 'update', view: modal }, said: view, ask: null };
}

function payloadOf({ values }: { values: Values }, viewId: string, metadata: Metadata): AskedPayload {
  const { code, channel, ts, below } = metadata;
  return {
    ...{ code, values: { ...values }, member: false, unsure: false },
    from: { ...NOWHERE, channel, ts, shown: { view: { id: viewId }, hash: null, below } },
  };
}
