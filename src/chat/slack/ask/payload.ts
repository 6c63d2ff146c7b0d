import type { AskRow } from '../../../store/schema.ts';
import { fieldOf } from '../../connect/payload.ts';
import { type Outsider, readOutsider } from '../../receive/outsider.ts';

/** What performing a command needs, noted before Slack is told that it arrived. */
export interface TypedPayload {
  what: 'words';
  words: string;
  member: boolean;
  channel: string | null;
  responseUrl: string | null;
}

/** What telling the story of a message needs. */
export interface StoryPayload {
  what: 'story';
  member: boolean;
  /** Slack did not tell who they are. */
  unsure: boolean;
  outsider: Outsider | null;
  channel: string | null;
  ts: string | null;
  thread: string | null;
  /** Ids that a message of ours names which no record of messages knows: a public answer. */
  named: string | null;
  /** The modal that waits for it, by the name that we gave it. */
  external: string;
  responseUrl: string | null;
}

export type AskPayload = TypedPayload | StoryPayload;

const text = (value: unknown, key: string): string | null => {
  const found = fieldOf(value, key);
  return typeof found === 'string' && found !== '' ? found : null;
};

/** Reads what was noted; null for what this product has not noted so. */
export function readAsk({ payload }: Pick<AskRow, 'payload'>): AskPayload | null {
  const member = fieldOf(payload, 'member') === true;
  const unsure = fieldOf(payload, 'unsure') === true;
  const channel = text(payload, 'channel');
  const responseUrl = text(payload, 'responseUrl');
  switch (text(payload, 'what')) {
    case 'words':
      return { what: 'words', words: text(payload, 'words') ?? '', member, channel, responseUrl };
    case 'story': {
      const [ts, thread, named] = [text(payload, 'ts'), text(payload, 'thread'), text(payload, 'named')];
      return {
        what: 'story',
        member,
        unsure,
        outsider: readOutsider(fieldOf(payload, 'outsider')),
        channel,
        ts,
        thread,
        named,
        external: text(payload, 'external') ?? '',
        responseUrl,
      };
    }
    default:
      return null;
  }
}
