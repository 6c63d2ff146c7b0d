import type { Migration } from 'kysely/migration';
import * as path from './20261121-0001-path.ts';

/** Every migration, oldest first. Add at the end; a landed one is frozen (test/store/migrations.test.ts holds their hashes). */
export const migrations: Record<string, Migration> = {
  '20261121-0001-path': path,
};
