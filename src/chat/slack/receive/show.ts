import { WebAPIPlatformError } from '@slack/web-api';
import type { MessageView } from '../../../message/view.ts';
import { plainError } from '../../connect/plain-error.ts';
import type { SlackModal } from '../block-kit.ts';
import { codeOf } from '../deliver/failures.ts';
import type { Slack } from '../slack.ts';
import { loadingModal, renderSlackModalView } from '../views.ts';
import type { Shown } from './asked-payload.ts';
import { drawOptions, plainOptions } from './draw.ts';
import { ACT_SHOWN, type Metadata, writeMetadata } from './metadata.ts';
import { openModal } from './open-modal.ts';

/** The frame of what a click shows; `outcome` where it says what came of it. */
export interface Framed {
  title: string;
  metadata: Metadata;
  outcome: boolean;
}

/** An answer as a modal, for the person it is for. */
export async function modalOf(
  slack: Slack,
  view: MessageView,
  { title, metadata, outcome }: Framed,
): Promise<SlackModal> {
  const frame = { title, outcome, callbackId: ACT_SHOWN, metadata: writeMetadata(metadata) };
  return renderSlackModalView(view, await drawOptions(slack, 'modal'), frame);
}

/** The same from our own words alone, at once: for what is said while the record does not answer. */
export const plainModalOf = (slack: Slack, view: MessageView, { title, metadata, outcome }: Framed): SlackModal =>
  renderSlackModalView(view, plainOptions(slack, 'modal'), {
    ...{ title, outcome, callbackId: ACT_SHOWN, metadata: writeMetadata(metadata) },
  });

export const waiting = (title: string, metadata: Metadata): SlackModal =>
  loadingModal(title, { callbackId: ACT_SHOWN, metadata: writeMetadata(metadata) });

/** Opens a modal that says "one moment" while there still is a trigger for it; false where there is none any more. */
export async function openWaiting(
  slack: Slack,
  trigger: string,
  external: string,
  modal: SlackModal,
): Promise<boolean> {
  try {
    const open = (view: SlackModal) => slack.clients.once.views.open({ trigger_id: trigger, view });
    await openModal(slack, modal, open, external);
    return true;
  } catch (error) {
    slack.ground.log.info(plainError(error), 'Slack opened no modal; the answer takes another way.');
    return false;
  }
}

/**
 * Draws into a modal that is open. Where something else was drawn in it meanwhile, it is drawn once more from what is so
 * now. False where it is not open any more, or Slack does not take it, which is logged.
 */
export async function drawInto(slack: Slack, { view, hash }: Shown, draw: () => Promise<SlackModal>): Promise<boolean> {
  const { views } = slack.clients.now;
  const which = 'id' in view ? { view_id: view.id } : { external_id: view.external };
  const named = 'id' in view ? {} : { external_id: view.external };
  const update = async (over: { hash?: string }) =>
    views.update({ ...which, ...over, view: { ...(await draw()), ...named } });
  try {
    await update(hash === null ? {} : { hash }).catch((error) => {
      if (codeOf(error) !== 'hash_conflict') throw error;
      return update({});
    });
    return true;
  } catch (error) {
    // Closed early, which is everybody's right.
    const closed = error instanceof WebAPIPlatformError && error.data.error === 'not_found';
    slack.ground.log[closed ? 'debug' : 'warn'](plainError(error), 'A modal was not drawn.');
    return false;
  }
}
