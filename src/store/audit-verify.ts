import { InsertionWatch, unlinkedFindings } from './audit-insertions.ts';
import { chainHash, GENESIS, rowHash, type SealedFields, sealedColumns } from './audit-row.ts';
import type { Db } from './db.ts';

export interface AuditFinding {
  kind: 'changed' | 'removed' | 'inserted' | 'broken' | 'truncated';
  /** Id of the trail's row, where there is one. */
  audit_id: number | null;
  /** What is wrong, in a sentence. */
  message: string;
}

export interface AuditReport {
  ok: boolean;
  /** Rows in the chain, and committed rows that the sealer has not linked yet (normal for a second). */
  linked: number;
  waiting: number;
  head: string | null;
  /** The first twenty; `found` counts all. */
  findings: AuditFinding[];
  found: number;
}

const PAGE = 1000;
const SHOWN = 20;

/**
 * Walks the whole chain in constant memory and compares it with the trail. Finds changed, removed and inserted rows and
 * broken links; with `head` (a chain hash noted earlier, for instance in a digest) also a chain that was cut off or
 * rewritten since. `now` judges rows that are not linked yet. Only reads.
 */
export async function verifyAudit(
  db: Db,
  { head, now }: { head?: string | undefined; now: Date },
): Promise<AuditReport> {
  const report: AuditReport = { ok: true, linked: 0, waiting: 0, head: null, findings: [], found: 0 };
  const add = (finding: AuditFinding) => {
    report.found += 1;
    report.ok = false;
    if (report.findings.length < SHOWN) report.findings.push(finding);
  };
  const watch = new InsertionWatch(db);
  let [n, previous, headSeen] = [0, GENESIS, head === undefined];
  for (;;) {
    const page = await readPage(db, n);
    for (const link of page) {
      for (const finding of checkLink(link, n, previous)) add(finding);
      const inserted = link.id === null ? null : await watch.look(link);
      if (inserted) add(inserted);
      [n, previous] = [link.n, link.chain_hash];
      headSeen ||= link.chain_hash === head;
      report.linked += 1;
    }
    if (page.length < PAGE) break;
  }
  report.head = report.linked > 0 ? previous : null;
  if (!headSeen) add(lostHead(head ?? ''));
  const unlinked = await unlinkedFindings(db, watch, now);
  report.waiting = unlinked.waiting;
  for (const finding of unlinked.findings) add(finding);
  return report;
}

type Nullable<T> = { [K in keyof T]: T[K] | null };
export interface Link extends Nullable<SealedFields> {
  n: number;
  audit_id: number;
  row_hash: string;
  chain_hash: string;
  sealed_at: Date;
}

const readPage = (db: Db, after: number): Promise<Link[]> =>
  db
    .selectFrom('audit_chain as c')
    .leftJoin('audit as a', 'a.id', 'c.audit_id')
    .select(['c.n', 'c.audit_id', 'c.row_hash', 'c.chain_hash', 'c.sealed_at', ...sealedColumns])
    .where('c.n', '>', after)
    .orderBy('c.n')
    .limit(PAGE)
    .execute();

function checkLink(link: Link, n: number, previous: string): AuditFinding[] {
  const { audit_id } = link;
  const found: AuditFinding[] = [];
  const add = (kind: AuditFinding['kind'], message: string) => found.push({ kind, audit_id, message });
  if (link.n !== n + 1) {
    const gap = link.n === n + 2 ? `Link ${n + 1} is` : `Links ${n + 1} to ${link.n - 1} are`;
    add('removed', `${gap} missing from the chain, before the link of audit row ${audit_id}.`);
  } else if (chainHash(previous, link.row_hash) !== link.chain_hash) {
    add(
      'broken',
      `Link ${link.n} (audit row ${audit_id}) does not continue the link before it: the chain was altered.`,
    );
  }
  if (!isRow(link)) add('removed', `Audit row ${audit_id} is gone; link ${link.n} proves that it was there.`);
  else if (rowHash(link) !== link.row_hash) {
    add('changed', `Audit row ${audit_id} (${link.act} by ${link.actor}, ${link.at_text}) is not what was sealed.`);
  }
  return found;
}

const isRow = (link: Link): link is Link & SealedFields => link.id !== null;

const lostHead = (head: string): AuditFinding => ({
  kind: 'truncated',
  audit_id: null,
  message: `The head ${head.slice(0, 12)} that was noted earlier is not in the chain: its end was cut off, or it was rewritten.`,
});
