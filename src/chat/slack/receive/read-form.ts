import { fieldOf, isPayload, type Payload } from '../../connect/payload.ts';

/** A modal that was sent, or closed. */
export interface Sent {
  viewId: string | null;
  callbackId: string;
  metadata: unknown;
  /** By block, which our forms name after their fields; an empty field is left out. */
  values: Record<string, string>;
  /** Blocks that take an error, in order. */
  inputs: string[];
}

const LONGEST = 10_000;

/** Never fails: what is not there, or is not what it should be, is null or empty. */
export function readSent({ view }: Payload): Sent {
  const id = fieldOf(view, 'id');
  const callback = fieldOf(view, 'callback_id');
  const blocks = fieldOf(view, 'blocks');
  return {
    viewId: typeof id === 'string' ? id : null,
    callbackId: typeof callback === 'string' ? callback : '',
    metadata: fieldOf(view, 'private_metadata'),
    values: valuesOf(fieldOf(fieldOf(view, 'state'), 'values')),
    inputs: (Array.isArray(blocks) ? blocks : []).flatMap((block) => {
      const name = fieldOf(block, 'block_id');
      return fieldOf(block, 'type') === 'input' && typeof name === 'string' ? [name] : [];
    }),
  };
}

function valuesOf(state: unknown): Record<string, string> {
  if (!isPayload(state)) return {};
  return Object.fromEntries(
    Object.entries(state).flatMap(([block, elements]) => {
      const [element] = isPayload(elements) ? Object.values(elements) : [];
      const text = fieldOf(element, 'value') ?? fieldOf(fieldOf(element, 'selected_option'), 'value');
      // A NUL and half a character cannot be kept by the record, and say nothing.
      const kept = typeof text === 'string' ? text.slice(0, LONGEST).replaceAll('\0', '').toWellFormed() : '';
      return kept === '' ? [] : [[block.toWellFormed().replaceAll('\0', ''), kept]];
    }),
  );
}
