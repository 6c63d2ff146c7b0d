import { randomUUID } from 'node:crypto';
import type { SlackModal } from '../block-kit.ts';
import { codeOf, deliveryErrorOf } from '../deliver/failures.ts';
import type { Slack } from '../slack.ts';

type Opened = SlackModal & { external_id: string };

/** The answer to a call that opened it may be lost; then a second finds the trigger used up. */
const mayBeOpen = (error: unknown): boolean =>
  codeOf(error) === 'exchanged_trigger_id' || deliveryErrorOf(error).failure === 'unknown';

/**
 * Opens a modal by `open`, under a name of its own. A trigger counts once, so the call is not repeated: where nobody knows
 * what came of it, the modal is drawn by its name, which shows whether it is there. Rejects where it is not open.
 */
export async function openModal(
  { clients }: Pick<Slack, 'clients'>,
  modal: SlackModal,
  open: (modal: Opened) => Promise<unknown>,
  external = randomUUID() as string,
): Promise<void> {
  const named = { ...modal, external_id: external };
  try {
    await open(named);
  } catch (error) {
    if (!mayBeOpen(error)) throw error;
    await clients.now.views.update({ external_id: external, view: named }).catch(() => {
      throw error;
    });
  }
}
