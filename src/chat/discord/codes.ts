import { type Click, decodeAction } from '../../message/action.ts';

// As long as what it replaces, so that a confirmed code fits wherever the code itself did.
const ASKED = /^v1\|/;
const CONFIRMED = /^y1\|/;
const CORRECTED = /^c1\|/;

/** What the yes of a confirmation carries. */
export const confirmedCode = (code: string): string => code.replace(ASKED, 'y1|');

/** What opens the form of an act again, with what was typed in it. */
export const correctingCode = (code: string): string => code.replace(ASKED, 'c1|');

/** The code of the act itself, whatever stands before it. */
export const plainCode = (code: string): string => code.replace(CONFIRMED, 'v1|').replace(CORRECTED, 'v1|');

/** What a button of ours carries, and what was done about it before. */
export interface DiscordClick extends Click {
  /** Its question was answered with yes. */
  confirmed: boolean;
  /** Its form is opened again. */
  corrects: boolean;
}

/** What a custom id or a chosen option asks for; null for anything foreign. */
export function readDiscordCode(customId: string): DiscordClick | null {
  const confirmed = CONFIRMED.test(customId);
  const corrects = CORRECTED.test(customId);
  const click = decodeAction(plainCode(customId));
  return click && { ...click, confirmed, corrects };
}
