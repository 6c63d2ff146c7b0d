import { type Kysely, sql } from 'kysely';

/** What being in Discord needs besides what every chat does. */
export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

const statements = [
  // Which process of a fleet hears a platform that speaks to one connection only, and until when unless it says so again.
  `create table chat_gateways (
    platform text primary key, holder uuid not null, held_until timestamptz not null)`,
  // What somebody typed into a form that came to nothing, until they correct it or it is old; for nobody else.
  `create table chat_drafts (
    platform text not null, sender text not null, code text not null,
    values jsonb not null, drafted_at timestamptz not null,
    primary key (platform, sender, code))`,
  `create index chat_drafts_at on chat_drafts (drafted_at)`,
  // Of what a person must see at once of a message: where only the rest changed, an edit may wait.
  `alter table messages add column core_hash text`,
  // When a message was posted again though the first post may still come to stand there: for a while it is looked for.
  `alter table messages add column again_at timestamptz`,
  `create index messages_again_at on messages (again_at) where again_at is not null`,
  // When a group was let go, since the home names it no more.
  `alter table chat_groups add column let_go_at timestamptz`,
];
