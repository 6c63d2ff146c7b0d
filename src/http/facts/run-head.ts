import { clockText, lengthText, momentText, personText, type Reader } from '../../../blocks/time.ts';
import type { RunFact } from '../../reports/run-fact.ts';
import { reviewName } from '../../reviews/review-id.ts';
import type { DecisionRow, PromotionRow, RunRow } from '../../store/schema.ts';
import type { Home } from '../../workflows/home.ts';
import type { RunView } from '../pages/run.ts';
import { reviewTimeText } from './decisions.ts';

/** What a run's page says first: how it stands, what started it and when. */
export const headOf = (run: RunRow, fact: RunFact, reader: Reader) => ({
  id: run.id,
  workflow: run.workflow,
  status: run.status ?? run.state.toUpperCase(),
  underWay: run.state === 'running' || run.state === 'queued',
  severity: run.severity,
  tier: run.tier,
  dataClass: fact.data_class,
  trigger: triggerText(fact, reader),
  started: run.started_at ? momentText(run.started_at, reader) : `waiting since ${momentText(run.queued_at, reader)}`,
  ended: endedText(fact, reader),
  deadline: run.deadline_at ? momentText(run.deadline_at, reader) : null,
  cancelAsked: cancelText(run, reader),
  parked: run.state === 'parked' ? (run.parked_reason ?? 'A person has to decide.') : null,
  confidence: run.confidence,
  reviewId: run.review_id === null ? null : reviewName(run.review_id),
  repeats: run.rerun_of,
  askedBy: run.asked_by_review === null ? null : reviewName(run.asked_by_review),
  outputHash: run.output_hash,
  definitionHash: run.definition_hash,
});

function cancelText(run: RunRow, reader: Reader): string | null {
  if (run.cancel_asked_at === null || run.state === 'ended') return null;
  return `${personText(run.cancel_asked_by ?? 'service', reader)} asked to cancel it ${clockText(run.cancel_asked_at, reader)}; its worker is stopping it.`;
}

function triggerText({ trigger, by, scheduled_for }: RunFact, reader: Reader): string {
  const slot = scheduled_for ? `, for ${clockText(scheduled_for, reader)}` : '';
  if (trigger === 'schedule') return `Started by its schedule${slot}`;
  if (trigger === 'catch_up') return `Started to catch up${slot}`;
  return `Started by ${personText(by, reader)}${trigger === 'person' ? '' : ` (${trigger})`}${slot}`;
}

const endedText = ({ started_at, ended_at }: RunFact, reader: Reader): string | null => {
  if (!ended_at) return null;
  const took = started_at ? `, took ${lengthText(Date.parse(ended_at) - Date.parse(started_at))}` : '';
  return `${clockText(ended_at, reader)}${took}`;
};

/** How far its promotion is, and where to; null where none was asked for. */
export function promotionText(row: PromotionRow | undefined, reader: Reader): RunView['promotion'] {
  if (!row) return null;
  const target = row.target ?? row.wanted;
  const at = row.placed_at ? clockText(row.placed_at, reader) : '';
  switch (row.state) {
    case 'due':
    case 'claimed':
      return { label: 'On its way to', target, detail: '' };
    case 'placed':
      return { label: 'In production', target, detail: `placed ${at}` };
    case 'blocked':
      return { label: 'Cannot be placed in', target, detail: row.blocked_reason ?? '' };
    case 'revoked':
      return { label: 'Not placed in', target, detail: 'the approval was revoked' };
    case 'undone':
      return {
        label: 'Was in production',
        target,
        detail: `undone by ${personText(row.undone_by ?? 'service', reader)}${row.undone_at ? ` ${clockText(row.undone_at, reader)}` : ''}`,
      };
  }
}

/** `Ana approved today 09:05, 3 min of review, revision 2, sha256 ab12…` */
export const approvalText = (row: DecisionRow, { team }: Home, reader: Reader): string =>
  `${personText(row.person, { ...reader, team })} approved ${clockText(row.decided_at, reader)}${reviewTimeText(row.review_seconds)}, revision ${row.revision}, sha256 ${row.output_hash.replace(/^sha256:/, '').slice(0, 12)}`;
