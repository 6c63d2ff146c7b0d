import { type Kysely, sql } from 'kysely';

/** What people in a chat ask for, noted before it is acknowledged; what a chat is told besides messages. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // One row per click, form, command or shortcut that may act: whoever finds it undone after a crash goes on with it.
  `create table asks (
    id bigint generated always as identity primary key,
    platform text not null, key text not null, kind text not null,
    sender text not null, person text, place text, payload jsonb not null,
    state text not null default 'taken' check (state in ('taken', 'done')),
    taken_at timestamptz not null, taken_by uuid, tries int not null default 1, done_at timestamptz, outcome text,
    unique (platform, key))`,
  `create index asks_taken on asks (platform, taken_at) where state = 'taken'`,
  `create index asks_done on asks (done_at) where state = 'done'`,
  // Deliveries of a platform that were handled, and signatures that were accepted: neither counts a second time.
  `create table chat_seen (
    platform text not null, key text not null, seen_at timestamptz not null,
    primary key (platform, key))`,
  `create index chat_seen_at on chat_seen (seen_at)`,
  // Home tabs that somebody has opened, what they show, and by what it was decided that this person may see it.
  `create table chat_homes (
    platform text not null, sender text not null,
    person text, member boolean not null default false, snapshot_id bigint, closed boolean not null default false,
    opened_at timestamptz not null, view_hash text, platform_hash text, published_at timestamptz,
    primary key (platform, sender))`,
  `create index chat_homes_opened on chat_homes (opened_at)`,
  // Groups of a platform that follow the rota: who is in it by the last change that was taken, and why not since.
  `create table chat_groups (
    platform text not null, group_id text not null, members jsonb not null default '[]'::jsonb,
    changed_at timestamptz, tried_at timestamptz, not_before timestamptz, error text,
    primary key (platform, group_id))`,
  // Which channel of a platform is the private one with a person there.
  `create table chat_directs (
    platform text not null, sender text not null, channel text not null, opened_at timestamptz not null,
    primary key (platform, sender))`,
  `create index chat_directs_channel on chat_directs (platform, channel)`,
  `alter table places add column paced_until timestamptz`,
  `create index messages_external on messages (place, external_id) where external_id is not null`,
  // One ask starts one run, whoever performs it and however often. No foreign key: an ask is forgotten before its run.
  `alter table runs add column asked_by bigint`,
  `create unique index runs_asked_by on runs (asked_by) where asked_by is not null`,
];
