import type { Hono } from 'hono';
import { sql } from 'kysely';
import type { Ground } from '../ground.ts';

/** What `/readyz` asks besides the database: each entry is a name and whether it is up. */
export type Readiness = () => Record<string, boolean>;

/**
 * `/healthz`: the process answers. `/readyz`: 200 once migrated, the home is loaded and the roles are ready, and the
 * database answers; else 503 naming what is not.
 */
export function healthRoutes(app: Hono, ground: Ground, readiness: Readiness): void {
  app.get('/healthz', (context) => context.json({ ok: true }));
  app.get('/readyz', async (context) => {
    const parts: Record<string, boolean> = { ...readiness() };
    parts.database = await sql`select 1`.execute(ground.db).then(
      () => true,
      () => false,
    );
    const ready = Object.values(parts).every(Boolean);
    return context.json({ ready, ...parts }, ready ? 200 : 503);
  });
}
