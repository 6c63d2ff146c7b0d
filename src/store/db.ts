import type { Kysely, Transaction } from 'kysely';
import type { Database } from './schema.ts';

export type Db = Kysely<Database>;
/** Every fact is written in one of these, together with its audit row, outbox row and job. */
export type Tx = Transaction<Database>;
