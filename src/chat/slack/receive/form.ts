import { randomUUID } from 'node:crypto';
import { cutUnits } from '../../../message/clean.ts';
import type { AskedFirst } from '../../asked.ts';
import { plainError } from '../../connect/plain-error.ts';
import { type Block, plainObject, type SlackModal } from '../block-kit.ts';
import { codeOf } from '../deliver/failures.ts';
import { SLACK_LIMITS } from '../limits.ts';
import { renderSlackModal } from '../modal.ts';
import type { Slack } from '../slack.ts';
import { ACT_FORM, type Metadata, writeMetadata } from './metadata.ts';
import { openModal } from './open-modal.ts';

/** A form that is shown again after it came to nothing. */
export interface Again {
  /** What was typed and chosen. */
  values: Readonly<Record<string, string>>;
  /** Why, in a sentence. */
  why: string;
}

/** The form of a click as a modal that can be sent once. */
export function formModal({ form, confirm }: AskedFirst, metadata: Omit<Metadata, 'once'>, again?: Again): SlackModal {
  const modal = renderSlackModal(form, {
    callbackId: ACT_FORM,
    metadata: writeMetadata({ ...metadata, once: randomUUID() }),
    confirm: confirm ?? undefined,
  });
  if (!again) return modal;
  const why: Block = { type: 'alert', level: 'error', text: plainObject(cutUnits(again.why, SLACK_LIMITS.alert)) };
  return { ...modal, blocks: [why, ...modal.blocks.map((block) => filled(block, again.values))] };
}

/** With what was there before; a choice that is none any more is left to be made anew. */
function filled(block: Block, values: Again['values']): Block {
  if (block.type !== 'input' || !Object.hasOwn(values, block.block_id)) return block;
  const text = values[block.block_id] ?? '';
  const { element } = block;
  if (element.type === 'plain_text_input') {
    return { ...block, element: { ...element, initial_value: cutUnits(text, element.max_length) } };
  }
  const chosen = element.options.find(({ value }) => value === text);
  return chosen ? { ...block, element: { ...element, initial_option: chosen } } : block;
}

/** Where a form opens: by itself, or on top of the modal that was clicked in. */
export interface Opening {
  trigger: string;
  /** The modal that was clicked in; null where it was a message or the App Home. */
  on: { id: string } | null;
}

/** Opens a form while there is a trigger for it; false where there is none any more. */
export async function openForm(slack: Slack, { trigger, on }: Opening, modal: SlackModal): Promise<boolean> {
  const { once, now } = slack.clients;
  try {
    if (on === null) await openModal(slack, modal, (view) => once.views.open({ trigger_id: trigger, view }));
    else {
      await openModal(slack, modal, (view) => once.views.push({ trigger_id: trigger, view })).catch((error) => {
        // Three on top of each other is the most; the topmost gives way.
        if (codeOf(error) !== 'push_limit_reached') throw error;
        return now.views.update({ view_id: on.id, view: modal });
      });
    }
    return true;
  } catch (error) {
    slack.ground.log.warn(plainError(error), 'Slack opened no form.');
    return false;
  }
}
