import { checkView } from '../blocks/view.ts';
import { Refusal, refusedWith } from '../refusal.ts';
import type { HeldView, Json } from '../shapes.ts';
import type { Workspace } from '../workspace/workspace.ts';
import { type Api, type Method, textArg } from './method.ts';

const MOST_JSON = 250_000;

/**
 * A view as given, checked.
 * @throws Refusal with Slack's code and JSON pointers.
 */
export function viewArg(workspace: Workspace, method: string, given: unknown, type: 'modal' | 'home'): Json {
  if (typeof given !== 'object' || given === null || Array.isArray(given)) throw new Refusal('invalid_arguments');
  const view = given as Json;
  if (JSON.stringify(view).length > MOST_JSON) {
    workspace.note(`${method}: view_too_large`);
    throw new Refusal('view_too_large');
  }
  const faults = checkView(view, type, workspace);
  if (faults.length > 0) {
    const messages = faults.map(({ message, pointer }) => `${message} [json-pointer:${pointer}]`);
    workspace.note(`${method}: ${messages.join('; ')}`);
    throw refusedWith('invalid_arguments', messages);
  }
  return view;
}

/** The right to open something, as the person's act gave it; a trigger that is not good is noted. */
function triggerOf(workspace: Workspace, method: string, args: Json): { user: string; view: string | null } {
  try {
    return workspace.triggers.take(args.trigger_id ?? args.interactivity_pointer);
  } catch (error) {
    if (error instanceof Refusal) workspace.note(`${method}: ${error.code}`);
    throw error;
  }
}

function open({ workspace }: Api, args: Json): Json {
  const view = viewArg(workspace, 'views.open', args.view, 'modal');
  const { user } = triggerOf(workspace, 'views.open', args);
  return { view: workspace.views.open(user, view) };
}

/** Only what was done in a modal gives the right to push onto it. */
function push({ workspace }: Api, args: Json): Json {
  const view = viewArg(workspace, 'views.push', args.view, 'modal');
  const trigger = triggerOf(workspace, 'views.push', args);
  if (trigger.view === null || workspace.views.stack(trigger.user).length === 0)
    throw new Refusal('invalid_trigger_id');
  return { view: workspace.views.push(trigger.user, view) };
}

function sameHash(held: HeldView | undefined, args: Json): void {
  if (args.hash !== undefined && held && args.hash !== held.view.hash) throw new Refusal('hash_conflict');
}

function update({ workspace }: Api, args: Json): Json {
  if (args.view_id === undefined && args.external_id === undefined) throw new Refusal('invalid_arguments');
  const held =
    args.view_id === undefined
      ? workspace.views.byExternalId(String(args.external_id))
      : workspace.views.byId(String(args.view_id));
  if (!held) throw new Refusal('not_found');
  const view = viewArg(workspace, 'views.update', args.view, held.view.type);
  sameHash(held, args);
  return { view: workspace.views.update(held, view) };
}

function publish({ workspace }: Api, args: Json): Json {
  if (!workspace.homeEnabled) throw new Refusal('not_enabled');
  const user = workspace.users.get(textArg(args, 'user_id'));
  if (!user || user.kind === 'bot' || user.kind === 'gone') throw new Refusal('user_not_found');
  const view = viewArg(workspace, 'views.publish', args.view, 'home');
  sameHash(workspace.views.home(user.id), args);
  return { view: workspace.views.publish(user.id, view) };
}

export const viewMethods: Record<string, Method> = {
  'views.open': { scopes: [], run: open },
  'views.push': { scopes: [], run: push },
  'views.update': { scopes: [], run: update },
  'views.publish': { scopes: [], run: publish },
};
