import { Refusal } from '../refusal.ts';
import type { HeldView, Json } from '../shapes.ts';
import { viewArg } from '../web-api/views.ts';
import type { Workspace } from '../workspace/workspace.ts';

/**
 * Does to a modal what the acknowledgement of its submission says: nothing given closes it. Answers the errors that
 * stand beside its fields then; what Slack would not take is noted, and the modal stays with Slack's own complaint.
 */
export function applyAnswer(workspace: Workspace, held: HeldView, body: unknown): Record<string, string> | undefined {
  const answer = (typeof body === 'object' && body !== null ? body : {}) as Json;
  try {
    switch (answer.response_action) {
      case 'errors':
        return errorsOf(workspace, held, answer.errors);
      case 'update':
        workspace.views.update(held, viewArg(workspace, 'response_action update', answer.view, 'modal'));
        return undefined;
      case 'push':
        workspace.views.push(held.user, viewArg(workspace, 'response_action push', answer.view, 'modal'));
        return undefined;
      case 'clear':
        workspace.views.clear(held.user);
        return undefined;
      case undefined:
        if (body !== null && body !== '' && Object.keys(answer).length === 0 && typeof body !== 'object') {
          workspace.note(`view_submission: an answer that is no response_action: ${JSON.stringify(body)}`);
        }
        if (workspace.views.stack(held.user).at(-1) === held) workspace.views.pop(held.user);
        return undefined;
      default:
        workspace.note(`view_submission: unknown response_action ${String(answer.response_action)}`);
        return undefined;
    }
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    if (error.code === 'push_limit_reached') workspace.note('response_action push: push_limit_reached');
    return undefined;
  }
}

function errorsOf(workspace: Workspace, { view }: HeldView, given: unknown): Record<string, string> {
  const errors = (typeof given === 'object' && given !== null ? given : {}) as Record<string, unknown>;
  const inputs = view.blocks.filter(({ type }) => type === 'input').map(({ block_id }) => block_id);
  const wrong = Object.entries(errors).filter(([id, text]) => !inputs.includes(id) || typeof text !== 'string');
  if (Object.keys(errors).length === 0) workspace.note('response_action errors: names no field');
  for (const [id] of wrong) workspace.note(`response_action errors: ${id} is no input block of this modal`);
  return Object.fromEntries(Object.entries(errors).map(([id, text]) => [id, String(text)]));
}
