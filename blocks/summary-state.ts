import type { Tone } from '../src/message/view.ts';
import type { RunSummary } from '../src/reports/run-summary.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { openEnded } from './say.ts';

/** How a run stands, for somebody outside: in a word or two, and as a sentence. */
export interface SummaryState {
  tone: Tone;
  short: string;
  sentence: string;
}

interface Say {
  day(at: string): string;
  name(key: string): string;
}

const NOTHING = 'Nothing was delivered.';

export function summaryState(run: RunSummary, say: Say): SummaryState {
  if (run.state !== 'ended') return unfinished(run, say);
  return stopped(run, say) ?? delivered(run, say) ?? reviewed(run, say) ?? bare(run);
}

function unfinished({ state, started_at, queued_at, lost }: RunSummary, { day }: Say): SummaryState {
  const steps = lost.map(({ step }) => step).join(', ');
  switch (state) {
    case 'queued':
      return {
        tone: 'info',
        short: 'not begun',
        sentence: `It has been waiting for its turn since ${day(queued_at)}.`,
      };
    case 'parked':
      return {
        tone: 'warn',
        short: 'stopped, a person has to say how it goes on',
        sentence: `Nobody knows whether ${steps || 'its last step'} has acted outside, so a person has to look. ${NOTHING}`,
      };
    default:
      return {
        tone: 'info',
        short: 'under way',
        sentence: `It has been running since ${day(started_at ?? queued_at)}.`,
      };
  }
}

/** A run that came to nothing by itself or by a person's word. */
function stopped({ status, error, failed_step, cancel_asked, route }: RunSummary, { name }: Say): SummaryState | null {
  if (status === 'CANCELLED') {
    const by = cancel_asked ? ` by ${name(cancel_asked.by)}` : '';
    return { tone: 'info', short: 'cancelled', sentence: `It was cancelled${by}. ${NOTHING}` };
  }
  if (status !== 'FAILED' && status !== 'TIMED_OUT' && route !== 'failed') return null;
  const where = failed_step ? ` in ${failed_step}` : '';
  const words = error?.message.trim() ? ` — ${openEnded(oneLine(error.message))}` : '';
  const why = error ? `: ${oneLine(error.class, 60)}${words}` : '';
  const how = status === 'TIMED_OUT' ? 'ran out of time' : 'failed';
  return { tone: 'fail', short: how, sentence: `It ${how}${where}${why}. ${NOTHING}` };
}

/** What became of its promotion, where there is one that counts. */
function delivered({ delivery, status }: RunSummary, { day, name }: Say): SummaryState | null {
  const part = status === 'PARTIAL' ? ', in part' : '';
  const target = delivery ? `${oneLine(delivery.target)}/` : '';
  switch (delivery?.state) {
    case 'placed': {
      const when = delivery.placed_at ? ` on ${day(delivery.placed_at)}` : '';
      return { tone: part ? 'warn' : 'ok', short: `delivered${part}`, sentence: `It was placed in ${target}${when}.` };
    }
    case 'undone': {
      const by = delivery.undone_by ? ` by ${name(delivery.undone_by)}` : '';
      const when = delivery.undone_at ? ` on ${day(delivery.undone_at)}` : '';
      return {
        tone: 'warn',
        short: 'delivered and taken back',
        sentence: `It was taken back from ${target}${by}${when}.`,
      };
    }
    case 'blocked':
      return { tone: 'warn', short: 'not delivered yet', sentence: `It cannot be placed in ${target} at the moment.` };
    case 'due':
    case 'claimed':
      return { tone: 'info', short: 'on its way', sentence: `It is on its way to ${target}.` };
    default:
      return null;
  }
}

/** What people have said, or are still to say. */
function reviewed({ review_state, review_id, closed }: RunSummary, { day, name }: Say): SummaryState | null {
  const by = closed ? ` by ${name(closed.by)} on ${day(closed.at)}` : '';
  const why = closed?.reason ? `: "${oneLine(closed.reason)}"` : '';
  switch (review_state) {
    case 'open':
      return {
        tone: 'info',
        short: 'waits for review',
        sentence: `People still have to decide about it (${review_id}).`,
      };
    case 'rejected':
      return { tone: 'warn', short: 'rejected', sentence: `It was rejected${by}${why}. ${NOTHING}` };
    case 'change_asked':
      return {
        tone: 'info',
        short: 'a change was asked for',
        sentence: `A change was asked for${by}${why}. ${NOTHING}`,
      };
    case 'superseded':
      return { tone: 'info', short: 'superseded', sentence: `A later run has taken its place. ${NOTHING}` };
    case 'approved':
      return { tone: 'info', short: 'approved', sentence: 'It is approved and not placed yet.' };
    default:
      return null;
  }
}

const bare = ({ status }: RunSummary): SummaryState => ({
  tone: status === 'PARTIAL' ? 'warn' : 'info',
  short: status === 'PARTIAL' ? 'done in part' : 'done',
  sentence: `It ended ${status ?? ''}`.trimEnd().concat('. ', NOTHING),
});
