import type { AuditFinding, Link } from './audit-verify.ts';
import type { Db } from './db.ts';

/**
 * How much later than a higher id a row may be linked. Ids are given in order and linked within a second or so of their
 * commit; a transaction that took this long is not one of ours.
 */
const LATE_ID_MS = 60_000;
/** How far a row's time may lie before the times of rows linked earlier: clocks of several machines differ. */
const LATE_TIME_MS = 600_000;
const LOOKED_AT = 10_000;

/** Notices rows that were put into the trail after the sealer had passed their place. Fed with links in chain order. */
export class InsertionWatch {
  readonly #db: Db;
  /** The latest time and the highest id linked so far. */
  #latest = 0;
  #highest = 0;

  constructor(db: Db) {
    this.#db = db;
  }

  /** A finding where the row's id or time lies before what had been sealed long before it. */
  async look(link: Link): Promise<AuditFinding | null> {
    const at = Date.parse(link.at_text ?? '');
    const sealed = link.sealed_at.getTime();
    const finding = (await this.#lateId(link.audit_id, sealed)) ?? this.#lateTime(link.audit_id, at, sealed);
    // A clock that was set back starts anew from there.
    const setBack = !finding && this.#latest - at > LATE_TIME_MS;
    this.#latest = setBack ? at : Math.max(this.#latest, at);
    this.#highest = Math.max(this.#highest, link.audit_id);
    return finding;
  }

  /** The same for a row that has no link yet, judged as if it were linked at `now`. */
  async unlinked(id: number, at: Date, now: Date): Promise<AuditFinding | null> {
    const sealed = now.getTime();
    return (await this.#lateId(id, sealed)) ?? this.#lateTime(id, at.getTime(), sealed);
  }

  async #lateId(id: number, sealed: number): Promise<AuditFinding | null> {
    if (id >= this.#highest) return null;
    const next = await this.#db
      .selectFrom('audit_chain')
      .select(['audit_id', 'sealed_at'])
      .where('audit_id', '>', id)
      .orderBy('audit_id')
      .limit(1)
      .executeTakeFirst();
    if (!next || sealed - next.sealed_at.getTime() <= LATE_ID_MS) return null;
    return inserted(id, `row ${next.audit_id} was sealed ${next.sealed_at.toISOString()}, long before it`);
  }

  #lateTime(id: number, at: number, sealed: number): AuditFinding | null {
    // Where the clock was set back, rows are sealed close to their own time; an inserted one is not.
    if (this.#latest - at <= LATE_TIME_MS || sealed - at <= LATE_TIME_MS) return null;
    return inserted(
      id,
      `it claims ${new Date(at).toISOString()}, and rows of ${new Date(this.#latest).toISOString()} were there first`,
    );
  }
}

/** Rows without a link: those that wait for the sealer, and those it must have met had they been there. */
export async function unlinkedFindings(db: Db, watch: InsertionWatch, now: Date) {
  const rows = await db
    .selectFrom('audit as a')
    .select(['a.id', 'a.at'])
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('audit_chain as c').select('c.n').whereRef('c.audit_id', '=', 'a.id'))),
    )
    .orderBy('a.id')
    .limit(LOOKED_AT)
    .execute();
  const findings: AuditFinding[] = [];
  for (const { id, at } of rows) {
    const finding = await watch.unlinked(id, at, now);
    if (finding) findings.push(finding);
  }
  return { findings, waiting: rows.length - findings.length };
}

const inserted = (id: number, why: string): AuditFinding => ({
  kind: 'inserted',
  audit_id: id,
  message: `Audit row ${id} was put into the trail afterwards: ${why}.`,
});
