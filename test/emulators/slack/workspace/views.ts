import { Refusal } from '../refusal.ts';
import type { HeldView, Json, View } from '../shapes.ts';
import { newId, secret } from './ids.ts';
import type { Workspace } from './workspace.ts';

const DEEPEST = 3;

/** The stacks of modals and the homes of all people. */
export class Views {
  readonly #workspace: Workspace;
  readonly #stacks = new Map<string, HeldView[]>();
  readonly #homes = new Map<string, HeldView>();

  constructor(workspace: Workspace) {
    this.#workspace = workspace;
  }

  stack = (user: string): HeldView[] => this.#stacks.get(user) ?? [];
  home = (user: string): HeldView | undefined => this.#homes.get(user);

  byId(id: string): HeldView | undefined {
    return this.#all().find(({ view }) => view.id === id);
  }

  byExternalId(id: string): HeldView | undefined {
    return this.#all().find(({ view }) => view.external_id === id);
  }

  #all = (): HeldView[] => [...[...this.#stacks.values()].flat(), ...this.#homes.values()];

  /** A new modal in place of whatever stack there was. */
  open(user: string, given: Json): View {
    const held = this.#make(user, given, null);
    this.#stacks.set(user, [held]);
    return held.view;
  }

  /** @throws Refusal `push_limit_reached` above a stack of three. */
  push(user: string, given: Json): View {
    const stack = this.stack(user);
    if (stack.length >= DEEPEST) throw new Refusal('push_limit_reached');
    const held = this.#make(user, given, stack.at(-1)?.view ?? null);
    this.#stacks.set(user, [...stack, held]);
    return held.view;
  }

  /** Draws a view anew; what was typed stays where block id and action id stay. */
  update(held: HeldView, given: Json): View {
    const { id, root_view_id, previous_view_id } = held.view;
    const made = this.#make(held.user, given, null, held.view.id);
    held.view = { ...made.view, id, root_view_id, previous_view_id };
    held.values = kept(held.values, held.view.blocks);
    return held.view;
  }

  publish(user: string, given: Json): View {
    const held = this.#homes.get(user);
    if (held) return this.update(held, given);
    const made = this.#make(user, given, null);
    this.#homes.set(user, made);
    return made.view;
  }

  /** Takes the top one away; the one below shows again. */
  pop(user: string): void {
    this.#stacks.set(user, this.stack(user).slice(0, -1));
  }

  clear(user: string): void {
    this.#stacks.delete(user);
  }

  #make(user: string, given: Json, below: View | null, itself?: string): HeldView {
    const external = String(given.external_id ?? '');
    const twin = external === '' ? undefined : this.byExternalId(external);
    if (twin && twin.view.id !== itself) throw new Refusal('duplicate_external_id');
    const { team, app, bot } = this.#workspace;
    const id = newId('V');
    const view: View = {
      team_id: team.id,
      title: null,
      submit: null,
      close: null,
      clear_on_close: false,
      notify_on_close: false,
      ...given,
      id,
      type: given.type === 'home' ? 'home' : 'modal',
      blocks: withIds(given.blocks as Json[]),
      callback_id: String(given.callback_id ?? ''),
      private_metadata: String(given.private_metadata ?? ''),
      external_id: external,
      state: { values: {} },
      hash: `${Math.floor(this.#workspace.now().getTime() / 1000)}.${secret().slice(0, 8)}`,
      root_view_id: below?.root_view_id ?? id,
      previous_view_id: below?.id ?? null,
      app_id: app,
      app_installed_team_id: team.id,
      bot_id: bot,
    };
    return { user, view, values: {} };
  }
}

/** Blocks as Slack keeps them: each has an id, and each element that can be acted on. */
export function withIds(blocks: readonly Json[]): Json[] {
  const named = (element: Json): Json =>
    element.type === 'image' || element.action_id !== undefined
      ? element
      : { ...element, action_id: secret().slice(0, 5) };
  return structuredClone(blocks).map((block) => ({
    ...block,
    block_id: block.block_id ?? secret().slice(0, 5),
    ...(block.accessory ? { accessory: named(block.accessory as Json) } : {}),
    ...(block.element ? { element: named(block.element as Json) } : {}),
    ...(block.type === 'actions' ? { elements: (block.elements as Json[]).map(named) } : {}),
    ...(block.child_blocks ? { child_blocks: withIds(block.child_blocks as Json[]) } : {}),
  }));
}

/** Element of an input block or of a row, by block and action. */
const elementIds = (block: Json): string[] =>
  [block.element, block.accessory, ...((block.elements as Json[] | undefined) ?? [])].flatMap((element) => {
    const id = (element as Json | undefined)?.action_id;
    return typeof id === 'string' ? [id] : [];
  });

function kept(values: HeldView['values'], blocks: readonly Json[]): HeldView['values'] {
  return Object.fromEntries(
    blocks.flatMap((block) => {
      const before = values[String(block.block_id)];
      if (!before) return [];
      const still = Object.entries(before).filter(([action]) => elementIds(block).includes(action));
      return still.length > 0 ? [[String(block.block_id), Object.fromEntries(still)]] : [];
    }),
  );
}
