import { sql } from 'kysely';
import type { Db } from '#src/store/db.ts';

/**
 * Which changes of which facts people see, each with the notice that has to be written in the same transaction. `changed`
 * compares the row before and after (both as jsonb); left out, every change counts.
 */
const RULES: readonly { table: string; kind: string; key: string; of: string; changed?: string; when?: string }[] = [
  { table: 'alerts', kind: 'alert', key: 'alert_id', of: `new.id::text` },
  {
    table: 'reviews',
    kind: 'review',
    key: 'review_id',
    of: `new.id::text`,
    // Who looked when whether files have changed is nothing to see.
    changed: `to_jsonb(new) - 'polled_at' is distinct from to_jsonb(old) - 'polled_at'`,
  },
  { table: 'decisions', kind: 'review', key: 'review_id', of: `new.review_id::text` },
  { table: 'looks', kind: 'review', key: 'review_id', of: `new.review_id::text` },
  { table: 'pauses', kind: 'pause', key: 'pause_id', of: `new.id::text` },
  { table: 'feedback', kind: 'feedback', key: 'feedback_id', of: `new.id::text` },
  { table: 'digests', kind: 'digest', key: 'digest_id', of: `new.id::text` },
  {
    table: 'runs',
    kind: 'run',
    key: 'run_id',
    of: `new.id`,
    changed: `new.state is distinct from old.state`,
    when: `new.state in ('ended', 'parked')`,
  },
  {
    table: 'promotions',
    kind: 'run',
    key: 'run_id',
    of: `new.run_id`,
    changed: `new.state is distinct from old.state`,
    when: `new.state in ('placed', 'blocked', 'revoked', 'undone') and new.review_id is null`,
  },
  {
    table: 'promotions',
    kind: 'review',
    key: 'review_id',
    of: `new.review_id::text`,
    changed: `new.state is distinct from old.state`,
    when: `new.state in ('placed', 'blocked', 'undone') and new.review_id is not null`,
  },
];

/**
 * Has the database itself note every fact that was changed by a transaction which wrote no notice about it. To be asked
 * for with `untold`, after whatever ways through the product a test has gone.
 */
export async function watchTold(db: Db): Promise<void> {
  const statements = ['create table untold (what text not null)'];
  for (const [index, { table, kind, key, of, changed, when }] of RULES.entries()) {
    statements.push(
      `create function told_${index}() returns trigger language plpgsql as $told$
      begin
        if (tg_op = 'INSERT' or (${changed ?? 'new is distinct from old'})) and (${when ?? 'true'}) and not exists (
          select 1 from outbox where xmin = pg_current_xact_id()::xid
          and notice->>'kind' = '${kind}' and notice->>'${key}' = ${of})
        then insert into untold values ('${table} ' || ${of} || ' was changed and no ${kind} was told: '
          || case tg_op when 'INSERT' then '' else to_jsonb(old)::text end || ' -> ' || to_jsonb(new)::text);
        end if;
        return null;
      end $told$`,
      `create constraint trigger told_${index} after insert or update on ${table}
      deferrable initially deferred for each row execute function told_${index}()`,
    );
  }
  // In one go: every story begins with this.
  await sql.raw(statements.join(';\n')).execute(db);
}

/** Facts that were changed without telling anybody, a sentence each. */
export async function untold(db: Db): Promise<string[]> {
  const { rows } = await sql<{ what: string }>`select what from untold`.execute(db);
  return rows.map(({ what }) => what);
}
