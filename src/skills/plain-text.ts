/**
 * Foreign text without the characters that command a terminal: control characters other than line end and tab become
 * `\x1b` in writing, and Windows line ends become plain ones.
 */
export const plainText = (text: string): string =>
  text
    .replaceAll('\r\n', '\n')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is written out
    .replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, (char) => {
      return `\\x${char.charCodeAt(0).toString(16).padStart(2, '0')}`;
    });

/** The same in one line of at most `limit` characters, `…` where it was cut. */
export function oneLine(text: string, limit: number): string {
  const line = plainText(text).replace(/\s+/g, ' ').trim();
  const characters = [...line];
  return characters.length <= limit ? line : `${characters.slice(0, limit - 1).join('')}…`;
}
