/** What cannot be seen in typed words and would keep them from being understood; a database takes no NUL either. */
const UNSEEN = /[[\p{Cc}\p{Cf}]--[\t\n\r]]+/gv;

/** As much as is kept of what somebody typed: more than a command may be long, so that it is refused for its length. */
const LONGEST = 20_000;

/** What somebody typed, as far as it can be kept: half a character, of the cut or of whoever sent it, cannot. */
export const keptOf = (text: string): string => text.slice(0, LONGEST).toWellFormed();

export const withoutUnseen = (text: string): string => text.replace(UNSEEN, '');
