import { hashView } from '../message/hash.ts';
import type { MessageView } from '../message/view.ts';
import type { MessageRow } from '../store/schema.ts';
import type { Drawing } from './drawing.ts';

/** What has been said of one subject at one place: by thread key, '' for the message itself. */
export type Said = ReadonlyMap<string, Pick<MessageRow, 'state' | 'external_id' | 'view_hash'>>;

export type Step =
  | { do: 'post'; view: MessageView; hash: string }
  | { do: 'edit'; externalId: string; view: MessageView; hash: string }
  | { do: 'line'; key: string; view: MessageView; hash: string }
  /** Noted as said without saying it. */
  | { do: 'skip'; key: string };

/**
 * The least that makes a place show a drawing: post the message where there is none, change it where it shows anything
 * else, and say each line below it once. A post that was never answered is to be settled before (`posting` counts as not
 * said).
 */
export function plan(drawing: Drawing, said: Said): Step[] {
  const main = said.get('');
  const hash = hashView(drawing.view);
  const there = main?.state === 'posted' && main.external_id !== null ? main.external_id : null;
  const steps: Step[] = [];
  if (there === null) steps.push({ do: 'post', view: drawing.view, hash });
  else if (main?.view_hash !== hash) steps.push({ do: 'edit', externalId: there, view: drawing.view, hash });
  for (const { key, view, detail = false } of drawing.thread) {
    const state = said.get(key)?.state;
    if (state === 'posted' || state === 'skipped' || key === '') continue;
    // A message that is only posted now tells itself what the line would.
    if (there === null && !detail) steps.push({ do: 'skip', key });
    else steps.push({ do: 'line', key, view, hash: hashView(view) });
  }
  return steps;
}
