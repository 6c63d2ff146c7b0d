import type { PlainReader } from '../src/message/plain.ts';
import { person, type Span } from '../src/message/text.ts';
import { shortName } from '../src/people/names.ts';
import type { Team } from '../src/people/team.ts';

export { clockText, dayText, dueText, lengthText, momentText } from '../src/message/clock-words.ts';

/** Who reads: at what moment, in which zone, and with whose names for people (without a team, their keys). */
export interface Reader extends PlainReader {
  team?: Team | undefined;
}

/** The short name of a person, `the service` for the product itself. */
export const personText = (key: string, { team }: Reader): string =>
  key === 'service' ? 'the service' : team ? shortName(team, key) : key;

/** A person in a message: a plain name, unless they are to be pinged. */
export const personSpan = (key: string, reader: Reader, { ping = false } = {}): Span =>
  key === 'service' ? 'the service' : person(key, personText(key, reader), ping);
