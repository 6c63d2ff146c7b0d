import { Kysely } from 'kysely';
import { silentLog } from '#src/log.ts';
import { CommittingDialect } from '#src/store/after-commit.ts';
import type { Db } from '#src/store/db.ts';
import { makePool } from '#src/store/pool.ts';
import type { Database } from '#src/store/schema.ts';

/** Another process's view of a test's database. `destroy()` it before the database is dropped. */
export const secondPool = (url: string): Db =>
  new Kysely<Database>({ dialect: new CommittingDialect({ pool: makePool({ url, name: 'second', log: silentLog }) }) });
