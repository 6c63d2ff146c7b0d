import { Refusal } from '../refusal.ts';
import type { Json } from '../shapes.ts';
import type { ResponseTarget } from '../workspace/response-urls.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { contentOf, needContent } from './content.ts';

/** An answer to an answering address: a new message, or a change of the one that was acted on. */
export function respond(
  workspace: Workspace,
  key: string,
  address: string,
  body: Json,
): { status: number; body: Json | string } {
  const target = workspace.responseUrls.use(key);
  if (typeof target === 'string') {
    workspace.note(`response_url: ${target}`);
    return target === 'unknown'
      ? { status: 404, body: { ok: false, error: 'invalid_url' } }
      : { status: 404, body: { ok: false, error: target === 'expired' ? 'expired_url' : 'used_url' } };
  }
  try {
    answer(workspace, target, address, body);
    workspace.calls.push({ method: 'response_url', args: body, at: workspace.now(), ok: true });
    return { status: 200, body: 'ok' };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    workspace.note(`response_url: ${error.code}`);
    workspace.calls.push({ method: 'response_url', args: body, at: workspace.now(), ok: false, error: error.code });
    return { status: 400, body: { ok: false, error: error.code, ...error.detail } };
  }
}

function answer(workspace: Workspace, target: ResponseTarget, responseUrl: string, body: Json): void {
  if (body.delete_original === true || body.delete_original === 'true') {
    remove(workspace, target);
    return;
  }
  const content = contentOf(workspace, 'response_url', body);
  needContent(content);
  const { text = '', blocks = [] } = content;
  if (body.replace_original === true || body.replace_original === 'true') {
    replace(workspace, target, text, blocks);
    return;
  }
  if (body.response_type === 'in_channel') {
    workspace.write(target.channel, {
      user: workspace.botUser,
      own: true,
      text,
      blocks,
      thread_ts: typeof body.thread_ts === 'string' ? body.thread_ts : null,
    });
    return;
  }
  const { user, channel } = target;
  workspace.ephemerals.push({ user, channel, ts: workspace.stamp(), text, blocks, responseUrl });
}

function remove(workspace: Workspace, target: ResponseTarget): void {
  if (!target.message) throw new Refusal('no_original');
  const { ts, ephemeral } = target.message;
  if (ephemeral) {
    const at = workspace.ephemerals.findIndex((one) => one.ts === ts && one.user === target.user);
    if (at >= 0) workspace.ephemerals.splice(at, 1);
    return;
  }
  const message = workspace.message(target.channel, ts);
  if (message) message.deleted = true;
}

function replace(workspace: Workspace, target: ResponseTarget, text: string, blocks: Json[]): void {
  if (!target.message) throw new Refusal('no_original');
  const { ts, ephemeral } = target.message;
  if (ephemeral) {
    const shown = workspace.ephemerals.find((one) => one.ts === ts && one.user === target.user);
    if (shown) Object.assign(shown, { text, blocks });
    return;
  }
  const message = workspace.message(target.channel, ts);
  if (!message) throw new Refusal('message_not_found');
  Object.assign(message, { text, blocks, edits: message.edits + 1, editedAt: workspace.stamp() });
}

/** What the acknowledgement of a command said, shown as an answer; what cannot be shown is noted. */
export function answerCommand(workspace: Workspace, target: ResponseTarget, address: string, body: Json): void {
  try {
    answer(workspace, target, address, body);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    workspace.note(`acknowledgement of a command: ${error.code}`);
  }
}
