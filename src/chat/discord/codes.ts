import { type Click, decodeAction } from '../../message/action.ts';

// As long as what it replaces, so that a confirmed code fits wherever the code itself did.
const ASKED = /^v1\|/;
const CONFIRMED = /^y1\|/;

/** What the yes of a confirmation carries. */
export const confirmedCode = (code: string): string => code.replace(ASKED, 'y1|');

/** What a custom id or a chosen option asks for, and whether it was confirmed already; null for anything foreign. */
export function readDiscordCode(customId: string): (Click & { confirmed: boolean }) | null {
  const confirmed = CONFIRMED.test(customId);
  const click = decodeAction(confirmed ? customId.replace(CONFIRMED, 'v1|') : customId);
  return click && { ...click, confirmed };
}
