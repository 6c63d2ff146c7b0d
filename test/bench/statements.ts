import pg from 'pg';

/** One statement as it went to the server. */
export interface Statement {
  text: string;
  values: readonly unknown[];
}

/**
 * Every statement that connections of this process send while `act` runs, in order, but for the signals between
 * processes, which leave later and by themselves.
 */
export async function capture(act: () => Promise<unknown>): Promise<Statement[]> {
  const { prototype } = pg.Client;
  const original = prototype.query;
  const captured: Statement[] = [];
  prototype.query = function query(this: pg.Client, ...args: unknown[]) {
    const [first, second] = args as [string | { text: string; values?: unknown[] }, unknown];
    const text = typeof first === 'string' ? first : first.text;
    const values = typeof first === 'string' ? (Array.isArray(second) ? second : []) : (first.values ?? []);
    if (!text.includes('pg_notify')) captured.push({ text, values });
    return Reflect.apply(original, this, args);
  } as typeof original;
  try {
    await act();
  } finally {
    prototype.query = original;
  }
  return captured;
}

/**
 * The same statements about something else: every name in `names` (letters, digits and `-`) is replaced, alone or inside
 * a text or JSON.
 */
export function rewritten(statements: readonly Statement[], names: ReadonlyMap<string, string>): Statement[] {
  const pattern = new RegExp(`\\b(?:${[...names.keys()].join('|')})\\b`, 'g');
  const value = (given: unknown): unknown => {
    if (typeof given === 'string') return given.replace(pattern, (name) => names.get(name) ?? name);
    if (typeof given === 'number') return names.has(String(given)) ? Number(names.get(String(given))) : given;
    return Array.isArray(given) ? given.map(value) : given;
  };
  return statements.map(({ text, values }) => ({ text, values: values.map(value) }));
}

/** Sends the statements one after the other over one connection of the pool. */
export async function replay(pool: pg.Pool, statements: readonly Statement[]): Promise<void> {
  const client = await pool.connect();
  try {
    for (const { text, values } of statements) await client.query(text, [...values]);
  } finally {
    client.release();
  }
}
