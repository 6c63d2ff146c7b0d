/** The same server, another database. */
export function withDatabase(url: string, name: string): string {
  const next = new URL(url);
  next.pathname = `/${encodeURIComponent(name)}`;
  return next.href;
}

/** For logs and messages: where the database is, without the password or any parameter. */
export function maskUrl(url: string): string {
  try {
    const { protocol, username, hostname, port, pathname, searchParams } = new URL(url);
    const host = searchParams.get('host') ?? (port ? `${hostname}:${port}` : hostname);
    return `${protocol}//${username ? `${decodeURIComponent(username)}@` : ''}${host}${pathname}`;
  } catch {
    return 'DATABASE_URL';
  }
}
