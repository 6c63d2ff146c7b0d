import { sql } from 'kysely';
import { priorityOf } from '../alerts/raise.ts';
import type { Ground } from '../ground.ts';
import { shortName } from '../people/names.ts';
import { audit } from '../store/audit.ts';
import type { Db, Tx } from '../store/db.ts';
import { tell } from '../store/outbox.ts';
import { statement } from '../store/statement.ts';
import type { Decided, Decision } from './decision.ts';
import { type Item, runOf } from './item.ts';
import { settleAlerts } from './item-alerts.ts';
import { count } from './plain.ts';
import { writeDecision } from './record-decision.ts';
import { duePromotion } from './request-promotion.ts';
import { reviewName } from './review-id.ts';
import { rightsOf, whatItNeeds } from './rights.ts';
import { wantedTarget } from './target.ts';

/**
 * One person's approval, in one transaction; with the last one that is needed the promotion becomes due. Undefined where
 * somebody was faster, so that the caller looks anew.
 */
export async function approve(ground: Ground, decision: Decision): Promise<Decided | undefined> {
  const { item, asked, request } = decision;
  const { quorum, counted } = rightsOf(asked);
  const approvals = [...counted, request.person];
  const last = approvals.length >= quorum;
  const { home: pinned } = await ground.homes.byId(item.snapshot_id);
  const wanted = wantedTarget(pinned, asked.pinned, runOf(item));
  return ground.db.transaction().execute(async (tx) => {
    if (!(await claim(tx, decision, approvals, last))) return undefined;
    await writeDecision(tx, decision);
    if (last) {
      const { run_id, workflow, output_hash } = item;
      await duePromotion(tx, ground, { run_id, review_id: item.id, workflow, wanted, output_hash });
      await settleAlerts(tx, asked.now, item, `approved by ${request.person}`);
    }
    await audit(tx, {
      at: asked.now,
      act: 'review.approved',
      actor: request.person,
      operator: request.operator,
      via: request.via,
      workflow: item.workflow,
      run_id: item.run_id,
      review_id: item.id,
      data: {
        revision: item.revision,
        output_hash: item.output_hash,
        brief_hash: item.brief_hash,
        definition_hash: item.definition_hash,
        approvals,
        quorum,
        ...(last ? { promotes_to: wanted } : {}),
      },
    });
    await tell(tx, asked.now, { kind: 'review', review_id: item.id }, priorityOf(item.severity));
    return {
      review_id: item.id,
      run_id: item.run_id,
      workflow: item.workflow,
      state: last ? 'approved' : 'open',
      approvals,
      quorum,
      promotes_to: last ? wanted : null,
      next_run_id: null,
      message: last ? approvedSentence(decision, wanted) : waitsSentence(decision, approvals, quorum),
    };
  });
}

/** The compare-and-set on everything the person saw and on who has approved so far. */
async function claim(tx: Tx, { item, asked, request }: Decision, approvals: string[], last: boolean): Promise<boolean> {
  const { id, revision, approved_by, output_hash, brief_hash } = item;
  const seen = { id, revision, approved_by, output_hash, brief_hash };
  const write = last ? approveLast : approveAlso;
  const { rows } = await write(tx, { ...seen, approvals, at: asked.now, person: request.person });
  return rows.length > 0;
}

interface Claim extends Pick<Item, 'id' | 'revision' | 'approved_by' | 'output_hash' | 'brief_hash'> {
  approvals: string[];
  at: Date;
  person: string;
}

const claiming = (db: Db, { id, revision, approved_by, output_hash, brief_hash, approvals }: Claim) =>
  db
    .updateTable('reviews')
    .set({ approved_by: approvals })
    .where('id', '=', id)
    .where('revision', '=', revision)
    .where('state', '=', 'open')
    .where('rechecking', '=', false)
    .where('approved_by', '=', sql<string[]>`${approved_by}::text[]`)
    .where('output_hash', '=', output_hash)
    .where('brief_hash', '=', brief_hash)
    .returning('id');

const approveAlso = statement((db, claim: Claim) => claiming(db, claim));

const approveLast = statement((db, claim: Claim) =>
  claiming(db, claim).set({ state: 'approved', decided_at: claim.at, closed_by: claim.person }),
);

const approvedSentence = ({ item }: Decision, wanted: string) =>
  `${reviewName(item.id)} is approved. Exactly these outputs (sha256 ${item.output_hash.slice(7, 19)}) go to ${wanted}/.`;

function waitsSentence({ item, asked }: Decision, approvals: string[], quorum: number): string {
  const names = approvals.map((person) => shortName(asked.today.team, person)).join(', ');
  const after = { ...asked, review: { ...item, approved_by: approvals } };
  return `${reviewName(item.id)} has ${count(approvals.length, 'approval')} of ${quorum} (${names}). ${whatItNeeds(after)}`;
}
