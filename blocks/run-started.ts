import type { Text } from '../src/message/text.ts';
import type { MessageView } from '../src/message/view.ts';
import { cancelAction, lookActions } from './run-actions.ts';
import { runLink } from './say.ts';

/** The answer to who started a run: its id, what it waits for, and how to stop it. `nobody` works runs just now. */
export function queuedView(runId: string, { again, nobody }: { again?: string; nobody?: string | null }): MessageView {
  const first: Text = [runLink(runId), ' is queued.'];
  const lines: Text[] = [...(again ? [['It runs ', runLink(again), ' again.']] : []), ...(nobody ? [[nobody]] : [])];
  return {
    summary: [first],
    parts: [
      { part: 'headline', tone: nobody ? 'warn' : 'info', text: first },
      ...(lines.length > 0 ? [{ part: 'prose' as const, lines }] : []),
      {
        part: 'actions',
        actions: [
          { intent: 'command', subject: `runs ${runId}`, label: 'How is it now?', style: 'plain' },
          cancelAction(runId),
          ...lookActions(runId, { rare: true }),
        ],
      },
    ],
    mentions: [],
  };
}

/** What an act on a run came to, for whoever did it: `<run>: It is being stopped; …`. */
export function runSaid(runId: string, words: string): MessageView {
  const first: Text = [runLink(runId), `: ${words}`];
  return {
    summary: [first],
    parts: [
      { part: 'headline', tone: 'ok', text: first },
      {
        part: 'actions',
        actions: [
          { intent: 'command', subject: `runs ${runId}`, label: 'How is it now?', style: 'plain' },
          ...lookActions(runId, { rare: true }),
        ],
      },
    ],
    mentions: [],
  };
}
