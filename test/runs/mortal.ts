import type { Ground } from '#src/ground.ts';
import type { Tx } from '#src/store/db.ts';

/** Where a worker dies: before its nth transaction, in it (nothing is committed), or right after its commit. */
export interface Death {
  at: number;
  how: 'before' | 'rolled_back' | 'committed';
}

class RollBack extends Error {}

/**
 * A process of its own on the same database that dies as `kill -9` would: from that moment its transactions never come
 * back, so nothing of it happens any more. `died` settles then; without a death it lives on.
 */
export function mortal(ground: Ground, death?: Death): { ground: Ground; died: Promise<void>; count(): number } {
  let transactions = 0;
  const { promise: died, resolve } = Promise.withResolvers<void>();
  const never = () => {
    resolve();
    return new Promise<never>(() => {});
  };
  const execute = async <T>(write: (tx: Tx) => Promise<T>): Promise<T> => {
    transactions += 1;
    if (!death || transactions < death.at) return ground.db.transaction().execute(write);
    if (transactions > death.at || death.how === 'before') return never();
    const rolledBack = death.how === 'rolled_back';
    try {
      await ground.db.transaction().execute(async (tx) => {
        await write(tx);
        if (rolledBack) throw new RollBack();
      });
    } catch (error) {
      if (!(error instanceof RollBack)) throw error;
    }
    return never();
  };
  const db = new Proxy(ground.db, {
    get: (target, key) => {
      if (key === 'transaction') return () => ({ execute });
      const value: unknown = Reflect.get(target, key);
      return typeof value === 'function' ? value.bind(target) : value;
    },
  });
  return { ground: { ...ground, db }, died, count: () => transactions };
}
