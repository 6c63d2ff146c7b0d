import { CoworkError } from '../../../errors.ts';
import { type Click, decodeAction } from '../../../message/action.ts';
import type { MessageView } from '../../../message/view.ts';
import type { AskRow } from '../../../store/schema.ts';
import type { Values } from '../../acts/values.ts';
import { refusedAct } from '../../acts.ts';
import { askedBy, valueErrors } from '../../asked.ts';
import { takeAsk } from '../../inbox.ts';
import type { SlackModal } from '../block-kit.ts';
import type { Payload } from '../connect/payload.ts';
import type { Slack } from '../slack.ts';
import { type AskedPayload, NOWHERE } from './asked-payload.ts';
import { formModal } from './form.ts';
import { inTime } from './in-time.ts';
import { ACT_FORM, type Metadata, readMetadata } from './metadata.ts';
import { readSent, type Sent } from './read-form.ts';
import { type Sender, senderOf } from './sender.ts';
import { modalOf, waiting } from './show.ts';
import { titleOf } from './titles.ts';
import { NOT_IN_TIME, notInTime, olderForm, sentAlready, wentWrong } from './words.ts';

/** What the acknowledgement of a form shows. */
export type FormReply =
  | { response_action: 'errors'; errors: Record<string, string> }
  | { response_action: 'update'; view: SlackModal };

interface Reply {
  reply: FormReply;
  /** What was noted, to be done now. */
  ask: AskRow | null;
}

const NO_METADATA: Metadata = { code: '', place: 'slack:modal', channel: null, ts: null, once: null, below: null };

/**
 * A form that was sent: held against the form as it would be drawn now, noted, and only then acknowledged. What is wrong
 * with a field is said below it; whatever ends the matter is said in the modal itself.
 */
export async function handleSent(slack: Slack, body: Payload, ack: (reply: FormReply) => Promise<void>): Promise<void> {
  const sent = readSent(body);
  const came = await inTime(slack, consider(slack, body, sent), ({ ask }) => ask);
  if (came.ended !== 'well') return ack(await notDone(slack, sent, came.ended === 'late' ? notInTime() : wentWrong()));
  const { reply, ask } = came.value;
  await ack(reply);
  if (ask) slack.after({ form: ask.id }, () => slack.perform(ask));
}

/** What was typed stays where Slack takes an error below a field. */
async function notDone(slack: Slack, { inputs }: Sent, view: MessageView): Promise<FormReply> {
  const [first] = inputs;
  if (first !== undefined) return { response_action: 'errors', errors: { [first]: `${NOT_IN_TIME} Send it again.` } };
  return shown(slack, view, null, NO_METADATA).then(({ reply }) => reply);
}

async function consider(slack: Slack, body: Payload, sent: Sent): Promise<Reply> {
  const metadata = readMetadata(sent.metadata);
  const click = metadata && decodeAction(metadata.code);
  if (sent.callbackId !== ACT_FORM || !metadata?.once || !click || sent.viewId === null) {
    return shown(slack, olderForm(), null, NO_METADATA);
  }
  const sender = await senderOf(slack, body);
  const refusal = await held(slack, { click, metadata, sender, sent });
  if (refusal) return refusal;
  const ask = await takeAsk(slack.ground, slack.process, {
    ...{ platform: 'slack', kind: 'form', sender: sender.sender, person: sender.person, place: metadata.place },
    key: `form:${metadata.once}`,
    payload: payloadOf(slack, sent, sent.viewId, metadata),
  });
  const below = { ...metadata, once: null };
  if (!ask) return shown(slack, sentAlready(), click, below);
  return { reply: { response_action: 'update', view: waiting(titleOf(click), below) }, ask };
}

interface Held {
  click: Click;
  metadata: Metadata;
  sender: Sender;
  sent: Sent;
}

/** Why nothing can be done with it as it is; null where it can be tried. */
async function held(slack: Slack, { click, metadata, sender, sent }: Held): Promise<Reply | null> {
  const world = await slack.world();
  const { person, member } = sender;
  const { values, inputs } = sent;
  const asked = await askedBy(world, click, { person, via: 'slack' }).catch(async (error) => ({
    refused: await refusedAct(world, { click, values, person, member, via: 'slack', place: metadata.place }, error),
  }));
  if (asked === null) return null;
  if ('refused' in asked) return shown(slack, asked.refused.view, click, { ...metadata, once: null });
  const errors = await valueErrors(world, click, asked.form, values).catch(oddField);
  const wrong = Object.entries(errors);
  if (wrong.length === 0) return null;
  if (wrong.every(([field]) => inputs.includes(field)))
    return { reply: { response_action: 'errors', errors }, ask: null };
  // The form is another one since it was opened: it is drawn anew around what was typed.
  const why = `The form has changed since you opened it. ${wrong[0]?.[1] ?? ''} Nothing was done.`;
  return { reply: { response_action: 'update', view: formModal(asked, metadata, { values, why }) }, ask: null };
}

/** A field that the form has no longer, as an error of no field of it. */
function oddField(error: unknown): Record<string, string> {
  if (error instanceof CoworkError && error.code === 'invalid') return { '': 'Look through it and send it again.' };
  throw error;
}

async function shown(slack: Slack, view: MessageView, click: Click | null, metadata: Metadata): Promise<Reply> {
  const title = click ? titleOf(click) : 'Nothing was done';
  const modal = await modalOf(slack, view, { title, metadata, outcome: true });
  return { reply: { response_action: 'update', view: modal }, ask: null };
}

function payloadOf(slack: Slack, { values }: { values: Values }, viewId: string, metadata: Metadata): AskedPayload {
  const { code, channel, ts, below } = metadata;
  return {
    ...{ code, values: { ...values }, member: false, unsure: false, at: slack.ground.clock.now().toISOString() },
    from: { ...NOWHERE, channel, ts, shown: { view: { id: viewId }, hash: null, below } },
  };
}
