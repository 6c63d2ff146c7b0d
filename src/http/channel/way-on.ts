/** One way to go on with what is typed, as the script's list shows it. */
export interface WayOn {
  /** The whole line as it is then. */
  insert: string;
  label: string;
  hint: string;
}

/** The typed line with its last word, which may be empty, replaced by `text`; a space follows where the word is whole. */
export function wayOn(line: string, text: string, hint: string): WayOn {
  const before = line.slice(0, line.search(/\S*$/));
  return { insert: `${before}${text}${text.endsWith('=') ? '' : ' '}`, label: text, hint };
}
