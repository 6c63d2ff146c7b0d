import pg from 'pg';
import { systemCode } from '../errors.ts';

export type DatabaseState =
  /** Takes connections. */
  | 'up'
  /** Not there (yet), starting, stopping or out of connections: worth another try. */
  | 'away'
  /** Answers, but not to us: password, user, database name. Trying again will not help. */
  | 'refused';

export interface Probe {
  state: DatabaseState;
  /** `server_version_num`, for example 180004; 0 unless up. */
  version: number;
  error: unknown;
}

// Authentication, authorisation, unknown database; and a socket that another user's file mode protects.
const FINAL = new Set(['28P01', '28000', '42501', '3D000', 'EACCES']);

/** One attempt to connect; never throws. */
export async function probe(url: string, timeoutMs = 5000): Promise<Probe> {
  const client = new pg.Client({ connectionString: url, connectionTimeoutMillis: timeoutMs });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ version: number }>(
      "select current_setting('server_version_num')::int as version",
    );
    return { state: 'up', version: rows[0]?.version ?? 0, error: null };
  } catch (error) {
    return { state: FINAL.has(systemCode(error) ?? '') ? 'refused' : 'away', version: 0, error };
  } finally {
    client.end().catch(() => {});
  }
}
