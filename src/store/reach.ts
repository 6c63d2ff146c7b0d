import { setTimeout as sleep } from 'node:timers/promises';
import { CoworkError, invalid, messageOf, systemCode } from '../errors.ts';
import type { Logger } from '../log.ts';
import { probe } from './connect.ts';
import { maskUrl } from './url.ts';

/** The oldest PostgreSQL that understands our SQL, as `server_version_num`. */
const OLDEST = 150_000;
const EVERY_MS = 500;

/**
 * Waits until the database of DATABASE_URL answers, at most `patienceMs`. Throws `invalid` for a malformed URL or an
 * old server, `refused` where trying again cannot help, `unavailable` after the wait. No message holds the password.
 */
export async function reach(url: string, log: Logger, patienceMs: number): Promise<void> {
  const where = checkUrl(url);
  let reason = '';
  for (let waited = 0; ; waited += EVERY_MS) {
    const { state, version, error } = await probe(url);
    if (state === 'up') return refuseOld(version, where);
    if (state === 'refused') throw finalSentence(error, where);
    if (waited >= patienceMs) throw awaySentence(error, where);
    if (messageOf(error) !== reason) log.warn(`Waiting for the database at ${where}: ${describe(error)}.`);
    reason = messageOf(error);
    await sleep(EVERY_MS);
  }
}

function checkUrl(url: string): string {
  const form = 'It must read postgres://user:password@host:5432/database.';
  if (!URL.canParse(url))
    throw invalid(`DATABASE_URL is not a URL. ${form} Characters like @ or / in it are escaped as %40 or %2F.`);
  if (!/^postgres(ql)?:$/.test(new URL(url).protocol)) throw invalid(`DATABASE_URL is not for PostgreSQL. ${form}`);
  return maskUrl(url);
}

function refuseOld(version: number, where: string): void {
  if (version >= OLDEST) return;
  throw invalid(
    `The database at ${where} is PostgreSQL ${Math.floor(version / 10_000)}; Cowork Ops needs 15 or newer. ` +
      'Upgrade that server, or leave DATABASE_URL unset to use the embedded one.',
  );
}

function finalSentence(error: unknown, where: string): CoworkError {
  const why =
    systemCode(error) === '3D000'
      ? 'has no such database. Create it with "createdb", or correct the name at the end of DATABASE_URL.'
      : 'refused the user or the password. Correct them in DATABASE_URL.';
  return new CoworkError('refused', `The database server at ${where} ${why}`, { cause: error });
}

const awaySentence = (error: unknown, where: string): CoworkError =>
  new CoworkError(
    'unavailable',
    `The database at ${where} does not answer (${describe(error)}). Start it, or correct DATABASE_URL.`,
    { cause: error },
  );

/** A refused connection to several addresses has an empty message; its code says enough. */
const describe = (error: unknown): string => messageOf(error) || systemCode(error) || 'no connection';
