import type { Db } from '../store/db.ts';

// A process says that it lives every ten seconds; one that has been silent this long is gone, whatever its row says.
const SILENT_MS = 60_000;

/** Roles without which nothing goes on. The web role is not among them: who asks for status by it has it. */
const NEEDED = ['clock', 'worker'];

/** Which of the needed roles no live process holds. */
export async function idleRoles(db: Db, now: Date): Promise<string[]> {
  const live = await db
    .selectFrom('processes')
    .select('roles')
    .where('stopped_at', 'is', null)
    .where('seen_at', '>', new Date(now.getTime() - SILENT_MS))
    .execute();
  return NEEDED.filter((role) => !live.some((process) => process.roles.includes(role)));
}
