import { personOn } from '../../../people/resolve.ts';
import type { Team } from '../../../people/team.ts';
import { keptOf, withoutUnseen } from '../../ask/typed-text.ts';
import { quoteWord } from '../../words.ts';

/** `<@U123|maya>`, `<#C1|ops>`, `<!subteam^S1|@desk>`, `<!here>`, `<https://…|label>`, `<mailto:…|…>`. */
const ENTITY = /<([@#!]?)([^<>|]*)(?:\|([^<>]*))?>/g;

/**
 * The words of a command as they were meant: Slack writes mentions, channels and addresses as entities, escapes three
 * signs, and people's devices put other quotes and spaces. A person of `cowork.yaml` becomes their key.
 */
export function typedWords(text: string, team: Team): string {
  const plain = keptOf(text)
    .replace(ENTITY, (_, sign: string, id: string, label: string | undefined) => entityText(sign, id, label, team))
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&');
  return straightQuotes(withoutUnseen(plain)).trim();
}

function entityText(sign: string, id: string, label: string | undefined, team: Team): string {
  switch (sign) {
    case '@':
      return personOn(team, 'slack', id) ?? quoteWord(label || id);
    case '#':
      return quoteWord(label || id);
    case '!':
      return label ?? `@${id.replace(/\^.*$/s, '')}`;
    default:
      return label ?? id.replace(/^mailto:/, '');
  }
}

/** Single quotes that hold words together; one within a word is an apostrophe and stays. */
const straightQuotes = (text: string): string =>
  text.replace(/(^|[\s=])[‘‚‛]([^‘‚‛]*?)’(?=\s|$)/gu, (_, before: string, words: string) => `${before}'${words}'`);
