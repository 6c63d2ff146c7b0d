import { type Kysely, sql } from 'kysely';

/** The path from a schedule to production: processes, snapshots, slots, runs, reviews, promotions, alerts, people, trail. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  `create table processes (
    id uuid primary key,
    host text not null, pid int not null, pid_start text not null,
    roles text[] not null, url text, version text not null,
    started_at timestamptz not null, seen_at timestamptz not null, stopped_at timestamptz)`,
  `create table job_holds (
    job_id uuid primary key, queue text not null,
    process_id uuid not null references processes (id), taken_at timestamptz not null)`,
  `create table snapshots (
    id bigint generated always as identity primary key,
    hash text not null unique, home jsonb not null, created_at timestamptz not null)`,
  `create table active_snapshot (
    only_row boolean primary key default true check (only_row),
    snapshot_id bigint not null references snapshots (id), activated_at timestamptz not null)`,
  `create table schedules (
    workflow text primary key,
    schedule_hash text not null, cron text, timezone text,
    next_at timestamptz, first_seen_at timestamptz not null, on_start_done boolean not null default false)`,
  `create index schedules_due on schedules (next_at) where next_at is not null`,
  `create index schedules_first on schedules (workflow) where not on_start_done`,
  `create table pauses (
    id bigint generated always as identity primary key,
    workflow text, reason text not null, paused_by text not null, via text not null,
    paused_at timestamptz not null, until timestamptz, ended_at timestamptz, ended_by text)`,
  `create unique index pauses_open on pauses (coalesce(workflow, '*')) where ended_at is null`,
  `create table slots (
    workflow text not null, scheduled_for timestamptz not null,
    state text not null check (state in ('claimed', 'skipped', 'missed')),
    reason text, run_id text, noted_at timestamptz not null,
    primary key (workflow, scheduled_for))`,
  `create table runs (
    id text primary key,
    workflow text not null, snapshot_id bigint not null references snapshots (id), definition_hash text not null,
    severity text not null, tier text not null, data_class text not null,
    trigger_kind text not null, trigger_by text not null, operator text, via text not null,
    scheduled_for timestamptz, queued_at timestamptz not null, started_at timestamptz, ended_at timestamptz,
    deadline_at timestamptz,
    state text not null check (state in ('queued', 'running', 'parked', 'ended')),
    status text check (status in ('SUCCESS', 'PARTIAL', 'FAILED', 'CANCELLED', 'TIMED_OUT')),
    check ((state = 'ended') = (status is not null)),
    route text check (route in ('promoted', 'review', 'failed')),
    validation jsonb, validation_result text check (validation_result in ('PASS', 'WARN', 'FAIL')),
    output_hash text, review_id bigint, promoted_to text,
    error_class text, error_message text, failed_step text,
    folder text not null default 'staging' check (folder in ('staging', 'review_queue', 'archive')),
    executor uuid, blocked_by text,
    cancel_asked_at timestamptz, cancel_asked_by text, parked_reason text,
    texts jsonb not null default '{}', note text, rerun_of text references runs (id), asked_by_review bigint,
    barred text[] not null default '{}',
    summary text, confidence double precision, flags text[] not null default '{}', key_numbers jsonb not null default '[]',
    late_noted_at timestamptz, missed_noted_at timestamptz)`,
  `create index runs_workflow on runs (workflow, queued_at desc)`,
  `create index runs_recent on runs (queued_at desc)`,
  `create index runs_open on runs (state) where state <> 'ended'`,
  `create index runs_deadline on runs (deadline_at)
    where deadline_at is not null and late_noted_at is null and promoted_to is null`,
  `create index runs_unstarted on runs (scheduled_for)
    where state = 'queued' and scheduled_for is not null and blocked_by is null and missed_noted_at is null`,
  `create table run_inputs (
    run_id text not null references runs (id), name text not null,
    status text not null check (status in ('ok', 'missing', 'stale', 'failed')),
    required boolean not null, path text, bytes bigint, sha256 text, detail text,
    files jsonb not null default '[]', fetched_at timestamptz not null,
    primary key (run_id, name))`,
  `create table step_attempts (
    run_id text not null references runs (id), step text not null, attempt int not null,
    skill text not null, skill_hash text not null,
    state text not null check (state in ('running', 'ok', 'failed', 'transient', 'timed_out', 'cancelled', 'lost')),
    executor uuid not null, host text, process_group int, process_start text,
    started_at timestamptz not null, ended_at timestamptz, not_before timestamptz,
    exit_code int, error_class text, error_message text, result jsonb, fence text,
    files jsonb not null default '[]',
    primary key (run_id, step, attempt))`,
  `create table outputs (
    run_id text not null references runs (id), path text not null, bytes bigint not null, sha256 text not null,
    stamp text not null,
    primary key (run_id, path))`,
  `create table usage (
    id bigint generated always as identity primary key,
    run_id text not null references runs (id), workflow text not null, step text not null, attempt int not null,
    model text not null, at timestamptz not null,
    input_tokens bigint not null, output_tokens bigint not null,
    cache_read_tokens bigint not null, cache_write_tokens bigint not null,
    cost numeric, currency text)`,
  `create index usage_at on usage (at)`,
  `create table connector_calls (
    run_id text not null references runs (id), step text not null, attempt int not null, name text not null,
    calls bigint not null, primary key (run_id, step, attempt, name))`,
  `create table reviews (
    id bigint generated always as identity primary key,
    run_id text not null unique references runs (id), workflow text not null,
    revision int not null default 1,
    state text not null check (state in
      ('open', 'approved', 'promoted', 'rejected', 'change_asked', 'superseded', 'undone')),
    severity text not null, tier text not null, data_class text not null, quorum int not null,
    reasons text[] not null, eligible text[] not null, barred text[] not null default '{}',
    output_hash text not null, definition_hash text not null, brief_hash text not null,
    validation_result text, rechecking boolean not null default false,
    approved_by text[] not null default '{}',
    opened_at timestamptz not null, asked_at timestamptz not null, due_at timestamptz not null,
    remind_at timestamptz, reminded_at timestamptz, escalated_at timestamptz,
    hold_at timestamptz, held_at timestamptz,
    polled_at timestamptz, revoked_at timestamptz, revoked_reason text,
    decided_at timestamptz, closed_by text, closed_reason text, superseded_by bigint)`,
  `create index reviews_open on reviews (due_at) where state = 'open'`,
  `create table decisions (
    id bigint generated always as identity primary key,
    review_id bigint not null references reviews (id), revision int not null,
    person text not null, email text not null, operator text, via text not null,
    verdict text not null check (verdict in ('approve', 'reject', 'ask')),
    reason text, output_hash text not null, definition_hash text not null, brief_hash text not null,
    decided_at timestamptz not null, review_seconds double precision)`,
  `create unique index decisions_person on decisions (review_id, revision, person) where verdict = 'approve'`,
  `create table looks (
    id bigint generated always as identity primary key,
    review_id bigint not null references reviews (id), revision int not null, person text not null, via text not null,
    started_at timestamptz not null, ended_at timestamptz)`,
  `create unique index looks_person on looks (review_id, revision, person)`,
  `create table promotions (
    run_id text primary key references runs (id), review_id bigint, workflow text not null,
    state text not null check (state in ('due', 'claimed', 'placed', 'blocked', 'revoked', 'undone')),
    wanted text not null, target text, output_hash text not null,
    requested_at timestamptz not null, placed_at timestamptz, undone_at timestamptz, undone_by text,
    blocked_reason text, attempts int not null default 0, retry_at timestamptz)`,
  `create unique index promotions_target on promotions (target) where target is not null`,
  `create table alerts (
    id bigint generated always as identity primary key,
    key text not null, kind text not null, severity text not null, workflow text,
    run_id text, review_id bigint, error_class text, error_message text, skill text, partial text[] not null default '{}',
    state text not null check (state in ('open', 'acknowledged', 'recovered', 'resolved')),
    count int not null default 1, first_at timestamptz not null, last_at timestamptz not null,
    acknowledged_by text, acknowledged_at timestamptz, ended_at timestamptz, ended_by text, ended_reason text)`,
  `create unique index alerts_open on alerts (key) where state in ('open', 'acknowledged')`,
  `create table feedback (
    id bigint generated always as identity primary key,
    skill text not null, owner text not null, workflow text not null, run_id text not null, review_id bigint not null,
    kind text not null check (kind in ('rejected', 'change_asked')),
    person text not null, text text not null, at timestamptz not null)`,
  `create table login_links (
    token_hash text primary key, person text not null, made_by text not null,
    made_at timestamptz not null, expires_at timestamptz not null, used_at timestamptz)`,
  `create table sessions (
    token_hash text primary key, person text not null, csrf text not null,
    started_at timestamptz not null, seen_at timestamptz not null, expires_at timestamptz not null, ended_at timestamptz)`,
  `create table outbox (
    id bigint generated always as identity primary key,
    notice jsonb not null, priority smallint not null, created_at timestamptz not null, delivered_at timestamptz)`,
  `create index outbox_waiting on outbox (priority, id) where delivered_at is null`,
  `create table audit (
    id bigint generated always as identity primary key,
    at timestamptz not null, act text not null, actor text not null, operator text, via text not null,
    workflow text, run_id text, review_id bigint, alert_id bigint, data jsonb not null default '{}')`,
  `create index audit_run on audit (run_id, id) where run_id is not null`,
  `create index audit_alert on audit (alert_id) where alert_id is not null`,
  `create table audit_chain (
    n bigint primary key, audit_id bigint not null unique, row_hash text not null, chain_hash text not null,
    sealed_at timestamptz not null)`,
  `create function audit_is_append_only() returns trigger language plpgsql as $$
   begin raise exception 'the audit trail is append-only'; end $$`,
  `create trigger audit_frozen before update or delete on audit
   for each row execute function audit_is_append_only()`,
  `create trigger audit_chain_frozen before update or delete on audit_chain
   for each row execute function audit_is_append_only()`,
  `create trigger audit_no_truncate before truncate on audit execute function audit_is_append_only()`,
  `create trigger audit_chain_no_truncate before truncate on audit_chain execute function audit_is_append_only()`,
];
