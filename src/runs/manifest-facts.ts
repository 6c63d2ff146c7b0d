import type { Db } from '../store/db.ts';
import type { OutputRow, RunInputRow, RunRow, StepAttemptRow } from '../store/schema.ts';

export interface ManifestFacts {
  run: RunRow;
  attempts: StepAttemptRow[];
  inputs: RunInputRow[];
  outputs: OutputRow[];
  usage: { step: string; model: string; input: number; output: number; read: number; write: number }[];
  connectors: { name: string; calls: number }[];
  approvals: { approver: string; approved_at: Date; via: string }[];
}

/** Everything a manifest tells, read from the record (a transaction sees its own writes). */
export async function manifestFacts(db: Db, run: RunRow): Promise<ManifestFacts> {
  const inputs = await db.selectFrom('run_inputs').selectAll().where('run_id', '=', run.id).orderBy('name').execute();
  const outputs = await db.selectFrom('outputs').selectAll().where('run_id', '=', run.id).execute();
  const attempts = await db
    .selectFrom('step_attempts')
    .selectAll()
    .where('run_id', '=', run.id)
    .orderBy('started_at')
    .orderBy('step')
    .orderBy('attempt')
    .execute();
  return {
    run,
    attempts,
    inputs,
    outputs: outputs.toSorted((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))),
    usage: await usageOf(db, run.id),
    connectors: await connectorsOf(db, run.id),
    approvals: await approvalsOf(db, run.id),
  };
}

async function usageOf(db: Db, run_id: string): Promise<ManifestFacts['usage']> {
  const rows = await db.selectFrom('usage').selectAll().where('run_id', '=', run_id).orderBy('id').execute();
  return rows.map((row) => {
    const { step, model, input_tokens: input, output_tokens: output } = row;
    const { cache_read_tokens: read, cache_write_tokens: write } = row;
    return { step, model, input, output, read, write };
  });
}

async function connectorsOf(db: Db, run_id: string): Promise<ManifestFacts['connectors']> {
  const rows = await db
    .selectFrom('connector_calls')
    .select(['name', (eb) => eb.fn.sum<string>('calls').as('calls')])
    .where('run_id', '=', run_id)
    .groupBy('name')
    .orderBy('name')
    .execute();
  return rows.map((row) => ({ name: row.name, calls: Number(row.calls) }));
}

/** The approvals of the item's current revision: earlier ones were revoked when the outputs changed. */
async function approvalsOf(db: Db, run_id: string): Promise<ManifestFacts['approvals']> {
  const rows = await db
    .selectFrom('decisions')
    .innerJoin('reviews', 'reviews.id', 'decisions.review_id')
    .select(['decisions.email', 'decisions.decided_at', 'decisions.via'])
    .where('reviews.run_id', '=', run_id)
    .where('decisions.verdict', '=', 'approve')
    .whereRef('decisions.revision', '=', 'reviews.revision')
    .orderBy('decisions.decided_at')
    .orderBy('decisions.id')
    .execute();
  return rows.map((row) => ({ approver: row.email, approved_at: row.decided_at, via: row.via }));
}
