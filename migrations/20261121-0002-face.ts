import { type Kysely, sql } from 'kysely';

/** What people are told: places, what each is still to be told and has been told, the console's channels, digests. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // One row per concrete place (console:ops, slack:C…, discord:…, console:@maya): its health, its pace, who sends to it.
  `create table places (
    place text primary key,
    state text not null default 'well' check (state in ('well', 'away')),
    last_error text, failing_since timestamptz, failures int not null default 0,
    not_before timestamptz, well_at timestamptz, first_seen_at timestamptz not null,
    welcomed_at timestamptz,
    holder uuid, held_until timestamptz)`,
  // What a place is still to be told: one row per place and subject, however often the fact has moved meanwhile.
  `create table deliveries (
    id bigint generated always as identity primary key,
    place text not null references places (place), subject text not null, notice jsonb not null,
    priority int not null, asked int not null default 1, asked_at timestamptz not null,
    attempts int not null default 0, due_at timestamptz not null, last_error text,
    state text not null default 'due' check (state in ('due', 'dead')), dead_at timestamptz,
    unique (place, subject))`,
  `create index deliveries_due on deliveries (place, priority, id) where state = 'due'`,
  `create index deliveries_dead on deliveries (dead_at) where state = 'dead'`,
  // What a place has been told: the message of a subject (thread ''), and the lines below it.
  `create table messages (
    id bigint generated always as identity primary key,
    place text not null references places (place), subject text not null, thread text not null default '',
    token text not null unique,
    state text not null check (state in ('posting', 'posted', 'gone', 'skipped')),
    external_id text, view_hash text,
    posting_at timestamptz not null, posted_at timestamptz, edited_at timestamptz, edits int not null default 0,
    unique (place, subject, thread))`,
  `create index messages_subject on messages (subject)`,
  `create sequence console_changes`,
  `create table console_messages (
    id bigint generated always as identity primary key,
    channel text not null, token text not null unique, thread_of bigint references console_messages (id),
    view jsonb not null, change bigint not null default nextval('console_changes'),
    posted_at timestamptz not null, changed_at timestamptz)`,
  `create index console_messages_channel on console_messages (channel, id desc)`,
  `create index console_messages_thread on console_messages (thread_of, id) where thread_of is not null`,
  `create index console_messages_change on console_messages (channel, change)`,
  `create table digests (
    id bigint generated always as identity primary key,
    kind text not null check (kind in ('daily')), scheduled_for timestamptz not null,
    fact jsonb not null, made_at timestamptz not null,
    unique (kind, scheduled_for))`,
  `alter table alerts
    add column assigned_to text, add column assigned_by text, add column assigned_at timestamptz,
    add column silenced_until timestamptz, add column silenced_by text, add column silenced_at timestamptz,
    add column silence_reason text`,
  // What was noted while nobody delivered is history by now: only what still asks for somebody is told.
  `update outbox set delivered_at = now() where delivered_at is null`,
  `insert into outbox (notice, priority, created_at)
   select jsonb_build_object('kind', 'alert', 'alert_id', id), substr(severity, 2)::int, now()
   from alerts where state in ('open', 'acknowledged') order by id`,
  `insert into outbox (notice, priority, created_at)
   select jsonb_build_object('kind', 'review', 'review_id', id), substr(severity, 2)::int, now()
   from reviews where state in ('open', 'approved') order by id`,
];
