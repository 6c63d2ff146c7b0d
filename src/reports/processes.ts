import type { Db } from '../store/db.ts';
import { liveProcesses } from '../store/processes.ts';

/** Roles without which nothing goes on. The web role is not among them: who asks for status by it has it. */
const NEEDED = ['clock', 'worker'];

/** Which of the needed roles no live process holds. */
export async function idleRoles(db: Db, now: Date): Promise<string[]> {
  const held = (await liveProcesses(db, now)).flatMap((process) => process.roles);
  return NEEDED.filter((role) => !held.includes(role));
}
