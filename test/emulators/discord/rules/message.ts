import type { FormFault } from '../refusal.ts';
import type { Attachment, Json, Message } from '../shapes.ts';

export const V2 = 32_768;
export const isV2 = (flags: number): boolean => (flags & V2) !== 0;

/** What Discord holds against the body of a message; `was`: the message that it changes. */
export function messageFaults(
  _body: Json,
  _place: { v2: boolean; was: Message | null; attachments: readonly Attachment[] },
): FormFault[] {
  return [];
}
