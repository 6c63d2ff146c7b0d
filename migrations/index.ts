import type { Migration } from 'kysely/migration';
import * as path from './20261121-0001-path.ts';
import * as face from './20261121-0002-face.ts';
import * as chats from './20261121-0003-chats.ts';
import * as discord from './20261121-0004-discord.ts';

/** Every migration, oldest first. Add at the end; a landed one is frozen (test/store/migrations.test.ts holds their hashes). */
export const migrations: Record<string, Migration> = {
  '20261121-0001-path': path,
  '20261121-0002-face': face,
  '20261121-0003-chats': chats,
  '20261121-0004-discord': discord,
};
