import { chmodSync, existsSync, lstatSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { silentLog } from '#src/log.ts';
import { canEnter, runAs } from '#src/store/embedded/account.ts';
import { packagedBinaries, usableBinaries } from '#src/store/embedded/binaries.ts';
import { copyBinaries } from '#src/store/embedded/copy-binaries.ts';
import { explain } from '#src/store/embedded/explain.ts';
import { placeFor, SYSTEM_FOLDER } from '#src/store/embedded/place.ts';
import { openEmbedded } from '#src/store/embedded.ts';

const root = process.getuid?.() === 0;
let folder: string;
beforeEach(async () => {
  folder = await mkdtemp('/tmp/cowork-place-');
  chmodSync(folder, 0o755);
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('the database lies in the data folder wherever its account can enter', () => {
  const place = placeFor(folder);
  expect(place.root).toBe(join(folder, 'postgres'));
  expect(place.note).toBeNull();
});

test('where root alone may enter, root keeps it in the system folder, says so, and finds it again later', async () => {
  const closed = join(folder, 'closed');
  mkdirSync(closed, { mode: 0o700 });
  const place = placeFor(closed);
  // An ordinary user's server runs as that user, who may enter.
  expect(place.root.startsWith(root ? SYSTEM_FOLDER : closed)).toBe(true);
  expect(place.note).toEqual(root ? expect.stringContaining(`kept in ${place.root}`) : null);
  const server = await openEmbedded(closed, silentLog);
  await server.stop();
  expect(existsSync(join(place.root, 'data/PG_VERSION'))).toBe(true);
  chmodSync(closed, 0o755);
  expect(placeFor(closed).root).toBe(place.root);
  if (root) rmSync(dirname(place.root), { recursive: true });
});

test('permission bits decide who may enter', () => {
  const deep = join(folder, 'a', 'b');
  mkdirSync(deep, { recursive: true });
  const stranger = { uid: 65534, gid: 65534 };
  expect(canEnter(deep, stranger)).toBe(true);
  chmodSync(join(folder, 'a'), 0o750);
  expect(canEnter(deep, stranger)).toBe(false);
  expect(canEnter(deep, null)).toBe(true);
});

test('programs that the account cannot use where they are, are copied once with their library links', async () => {
  const packaged = packagedBinaries();
  const installed = join(folder, 'package', 'native');
  await copyBinaries(dirname(packaged.bin), installed, () => true);
  expect(existsSync(join(installed, 'lib/libpq.so.5'))).toBe(false);
  // Root is kept out of nothing, so there it is the server's account that cannot enter.
  chmodSync(root ? dirname(installed) : join(installed, 'lib'), root ? 0o700 : 0o555);
  const nobody = root ? { uid: 65534, gid: 65534 } : null;
  const engine = join(folder, 'engine', 'postgresql');
  const odd = join(folder, 'a"$b');
  const usable = () => usableBinaries(nobody, [odd, engine], { ...packaged, bin: join(installed, 'bin') });
  const { bin } = await usable();
  expect(bin).toBe(join(`${engine}-${packaged.version}`, 'bin'));
  expect(lstatSync(join(bin, '../lib/libpq.so.5')).isSymbolicLink()).toBe(true);
  expect((await runAs(nobody, '/', join(bin, 'postgres'), ['-V'])).output).toContain('PostgreSQL) 18');
  const made = lstatSync(bin).ino;
  expect(lstatSync((await usable()).bin).ino).toBe(made);
  expect(readdirSync(dirname(engine))).toHaveLength(1);
  chmodSync(join(installed, 'lib'), 0o755);
});

test('a copy that somebody else could have prepared is not run', async () => {
  const packaged = packagedBinaries();
  const target = join(folder, 'prepared');
  mkdirSync(target);
  chmodSync(target, 0o777);
  await expect(copyBinaries(dirname(packaged.bin), target, () => true)).rejects.toThrow(/belongs to somebody else/);
});

test('an environment of ours reaches neither the server nor its tools', async () => {
  process.env.PGDATA = '/nowhere';
  process.env.COWORK_SECRET = 'x';
  const { output } = await runAs(null, '/', process.execPath, ['-e', 'console.log(JSON.stringify(process.env))']);
  delete process.env.PGDATA;
  delete process.env.COWORK_SECRET;
  expect(Object.keys(JSON.parse(output) as object).sort()).toEqual(['LC_ALL', 'PATH']);
});

test.each([
  ['could not write to file "base/1": No space left on device', /disk of \/d is full/],
  ['could not create semaphores: No space left on device', /semaphores/],
  ['FATAL: database files are incompatible with server', /another major version/],
  ['could not create directory "/d": Permission denied', /permission denied.*COWORK_DATA/],
  ['could not create any Unix-domain sockets', /could not open its socket/],
  ['mkdir: Read-only file system', /read-only file system.*COWORK_DATA/],
  ['PANIC: could not locate a valid checkpoint record', /damaged.*backup/],
  ['initdb: could not look up effective user ID 1234: user does not exist', /needs a name.*DATABASE_URL/],
  ['something new', /could not start \(something new\).*DATABASE_URL/],
])('says what to do about: %s', (output, sentence) => {
  const error = explain('start', output, '/d');
  expect(error.code).toBe('unavailable');
  expect(error.message).toMatch(sentence);
});

test('somebody else may not prepare the folder of the socket', async () => {
  const long = join(folder, 'x'.repeat(60), 'y'.repeat(60));
  mkdirSync(long, { recursive: true });
  const { run } = placeFor(long);
  mkdirSync(run, { mode: 0o755 });
  chmodSync(run, 0o755);
  await expect(openEmbedded(long, silentLog)).rejects.toThrow(new RegExp(`${run} must be a folder of uid`));
  rmSync(run, { recursive: true });
});
