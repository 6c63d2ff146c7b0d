import type { MessageView } from '../../../message/view.ts';
import { plainError } from '../../connect/plain-error.ts';
import type { Slack } from '../slack.ts';
import { answerPrivately } from './answer.ts';
import type { From } from './asked-payload.ts';
import { openModal } from './open-modal.ts';
import { drawInto, type Framed, modalOf } from './show.ts';

export interface Listener extends From {
  sender: string;
  /** For somebody who clicked where no message is: opens a modal within three seconds. */
  trigger: string | null;
}

/** Tells one person alone, in the modal where they wait for it if that is still open, else where they asked. */
export async function tell(slack: Slack, to: Listener, view: MessageView, framed: Framed): Promise<boolean> {
  const draw = () => modalOf(slack, view, framed);
  if (to.shown && (await drawInto(slack, to.shown, draw))) return true;
  if (to.trigger !== null && (await opened(slack, to.trigger, draw))) return true;
  return answerPrivately(slack, to, view);
}

async function opened(slack: Slack, trigger: string, draw: () => ReturnType<typeof modalOf>): Promise<boolean> {
  try {
    await openModal(slack, await draw(), (view) => slack.clients.once.views.open({ trigger_id: trigger, view }));
    return true;
  } catch (error) {
    slack.ground.log.info(plainError(error), 'Slack opened no modal; the answer takes another way.');
    return false;
  }
}
