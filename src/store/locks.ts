/** First key of our advisory locks ("cowo"), so that they meet nobody else's in a shared database. */
export const LOCK_SPACE = 0x636f776f;

/** Second keys. `presence` is held shared by every process on an embedded server; whoever gets it alone is the last. */
export const LOCKS = { presence: 1, seal: 2, takeBack: 3, migrate: 4, schedules: 5, digests: 6 } as const;
