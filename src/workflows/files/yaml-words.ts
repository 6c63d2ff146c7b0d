import { shownName } from './wording.ts';

/** What the YAML parser complains about, in words that say what to do. */
export function yamlProblem(code: string, message: string): string {
  switch (code) {
    case 'TAB_AS_INDENT':
      return 'a tab is used for indentation; YAML allows spaces only';
    case 'BLOCK_AS_IMPLICIT_KEY':
      return 'a second key begins inside a value; put the value in quotes, or mend the indentation';
    case 'MULTILINE_IMPLICIT_KEY':
      return 'a line without a colon stands where a key is expected; write key: value';
    case 'BAD_SCALAR_START':
      return 'a value cannot begin with this sign; put the value in quotes';
    case 'MULTIPLE_DOCS':
      return 'a second document begins here (---); write one document per file';
    case 'RESOURCE_EXHAUSTION':
      return 'is nested too deeply to be read';
    case 'TAG_RESOLVE_FAILED':
      return `${firstLower(message)}; a home uses no tags: remove it`;
    case 'BAD_INDENT':
      return `the indentation does not fit: ${firstLower(message)}`;
    case 'MISSING_CHAR':
      if (message.includes('quote')) return 'a quote is opened and not closed before here';
      if (message.includes('followed by map values')) return 'a key stands without a colon; write key: value';
      return `something is missing: ${firstLower(message)}`;
    default:
      return `is not valid YAML: ${firstLower(message)}`;
  }
}

const firstLower = (text: string): string => {
  const safe = shownName(text);
  return safe.slice(0, 1).toLowerCase() + safe.slice(1);
};
