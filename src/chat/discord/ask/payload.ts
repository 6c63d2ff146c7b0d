import type { AskRow } from '../../../store/schema.ts';
import { fieldOf } from '../../connect/payload.ts';
import type { Way } from '../receive/asked-payload.ts';

/** What performing a command needs besides the way back, noted before Discord is told that it arrived. */
export interface TypedPayload extends Way {
  what: 'words';
  words: string;
  member: boolean;
  /** Whether Discord was told that one person alone sees the answer; it cannot be changed afterwards. */
  private: boolean;
}

/** What telling the story of a message needs. */
export interface StoryPayload extends Way {
  what: 'story';
  member: boolean;
  channel: string | null;
  /** The channel above, where that is a thread. */
  parent: string | null;
  /** The message that was pointed at. */
  message: string | null;
  /** Ids that a message of ours names which no record of messages knows: a public answer. */
  named: string | null;
}

export type AskPayload = Omit<TypedPayload, keyof Way> | Omit<StoryPayload, keyof Way>;

const text = (value: unknown, key: string): string | null => {
  const found = fieldOf(value, key);
  return typeof found === 'string' && found !== '' ? found : null;
};

/** Reads what was noted; null for what this product has not noted so. */
export function readAsk({ payload }: Pick<AskRow, 'payload'>): AskPayload | null {
  const member = fieldOf(payload, 'member') === true;
  switch (text(payload, 'what')) {
    case 'words':
      // What was not said to be public is for one person alone.
      return {
        what: 'words',
        words: text(payload, 'words') ?? '',
        member,
        private: fieldOf(payload, 'private') !== false,
      };
    case 'story': {
      const [channel, parent] = [text(payload, 'channel'), text(payload, 'parent')];
      const [message, named] = [text(payload, 'message'), text(payload, 'named')];
      return { what: 'story', member, channel, parent, message, named };
    }
    default:
      return null;
  }
}
