import type { AckFn, App } from '@slack/bolt';
import { fieldOf, type Payload } from '../../connect/payload.ts';
import { deadlineIn } from '../connect/deadline-in.ts';
import type { Slack } from '../slack.ts';
import { handleClick } from './click.ts';
import { type FormReply, handleSent } from './sent.ts';

export { type AnswerTo, answerPrivately } from './answer.ts';
export { performReceived } from './perform.ts';
export { senderOf } from './sender.ts';

/** Forms whose names begin so belong to the room of commands, which registers them. */
const OTHERS = /^ask\./;

/** Takes everything that people click in messages, modals and the App Home, and the forms that follow from it. */
export function handleReceived(app: App, slack: Slack): void {
  handleClicks(app, slack);
  handleForms(app, slack);
}

/** Buttons, menus and selects of any message of ours, however old; whatever they carry gets an acknowledgement. */
export function handleClicks(app: App, slack: Slack): void {
  app.use(async (args) => {
    const body: Payload = { ...args.body };
    const ack = ackOf<void>(args);
    if (!ack || !Array.isArray(body.actions)) return args.next();
    await handleClick(slack, body, deadlineIn(args.context, slack.ground.clock), () => ack());
  });
}

/** Forms that were sent, and modals that were closed. */
export function handleForms(app: App, slack: Slack): void {
  app.use(async (args) => {
    const body: Payload = { ...args.body };
    const callback = fieldOf(body.view, 'callback_id');
    const ack = ackOf<FormReply>(args);
    if (!ack || (typeof callback === 'string' && OTHERS.test(callback))) return args.next();
    if (body.type === 'view_submission')
      return handleSent(slack, body, deadlineIn(args.context, slack.ground.clock), ack);
    if (body.type === 'view_closed') return ack();
    return args.next();
  });
}

/** Bolt knows what may be said in which acknowledgement only where it is told the kind of payload. */
const ackOf = <T>(args: object): AckFn<T> | undefined =>
  'ack' in args && typeof args.ack === 'function' ? (args.ack as AckFn<T>) : undefined;
