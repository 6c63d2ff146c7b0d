import {
  type DatabaseConnection,
  PostgresDialect,
  type PostgresDialectConfig,
  PostgresDriver,
  type TransactionSettings,
} from 'kysely';
import type { Tx } from './db.ts';

const waiting = new WeakMap<DatabaseConnection, Set<() => void>>();

/**
 * Runs `act` as soon as the transaction has committed, once for each function however often it was given; never where it
 * is rolled back, nor where the answer to the commit is lost. It must not fail. Needs a `CommittingDialect`.
 */
export async function afterCommit(tx: Tx, act: () => void): Promise<void> {
  await tx.getExecutor().provideConnection(async (connection) => {
    const acts = waiting.get(connection);
    if (acts) acts.add(act);
    else waiting.set(connection, new Set([act]));
  });
}

/** PostgreSQL as Kysely knows it, and what was to be done after a commit. */
export class CommittingDialect extends PostgresDialect {
  readonly #config: PostgresDialectConfig;

  constructor(config: PostgresDialectConfig) {
    super(config);
    this.#config = config;
  }

  override createDriver(): PostgresDriver {
    return new CommittingDriver(this.#config);
  }
}

class CommittingDriver extends PostgresDriver {
  override async beginTransaction(connection: DatabaseConnection, settings: TransactionSettings): Promise<void> {
    // Of one that was rolled back.
    waiting.delete(connection);
    await super.beginTransaction(connection, settings);
  }

  override async commitTransaction(connection: DatabaseConnection): Promise<void> {
    await super.commitTransaction(connection);
    const acts = waiting.get(connection);
    waiting.delete(connection);
    for (const act of acts ?? []) act();
  }
}
