import { readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openLog } from '#src/skills/log-file.ts';
import { oneLine, plainText } from '#src/skills/plain-text.ts';
import { redactor, redactStream } from '#src/skills/redact.ts';
import { tempFolder } from '#test/setup/ground.ts';

const secretText = fc
  .string({ minLength: 8, maxLength: 40, unit: 'grapheme' })
  .filter((text) => text.trim().length >= 8);

/** Cuts bytes at these places and sends them through a stream. */
function through(secrets: string[], bytes: Buffer, cuts: number[]): string {
  const stream = redactStream(secrets);
  const places = [...new Set(cuts.map((cut) => cut % (bytes.length + 1)))].sort((a, b) => a - b);
  const said: Buffer[] = [];
  let at = 0;
  for (const place of [...places, bytes.length]) {
    said.push(stream.push(bytes.subarray(at, place)));
    at = place;
  }
  return Buffer.concat([...said, stream.end()]).toString('utf8');
}

describe('hiding secrets', () => {
  test('finds them whole however the stream is cut, and changes nothing else', () => {
    fc.assert(
      fc.property(secretText, fc.array(fc.nat(500), { maxLength: 30 }), (secret, cuts) => {
        const said = through([secret], Buffer.from(`before ${secret} between ${secret}${secret} after`), cuts);
        expect(said).toBe('before [redacted] between [redacted][redacted] after');
      }),
    );
  });

  test('finds them in base64 wherever they begin, URL-encoded, in JSON and in hexadecimal', () => {
    fc.assert(
      fc.property(secretText, fc.string({ maxLength: 7 }), fc.string({ maxLength: 7 }), (secret, before, after) => {
        const redact = redactor([secret]);
        const bytes = Buffer.from(secret, 'utf8');
        // Without what the neighbours decide, at most 2 characters on each side.
        const core = (encoding: 'base64' | 'base64url') =>
          Buffer.concat([Buffer.from(before), bytes, Buffer.from(after)]).toString(encoding);
        for (const form of [core('base64'), core('base64url')]) expect(redact(form)).toContain('[redacted]');
        expect(redact(encodeURIComponent(secret.toWellFormed()))).not.toContain(
          encodeURIComponent(secret.toWellFormed()),
        );
        expect(redact(JSON.stringify({ secret }))).toBe('{"secret":"[redacted]"}');
        expect(redact(bytes.toString('hex'))).toBe('[redacted]');
      }),
    );
  });

  test('leaves text without secrets as it is', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(redactor([])(text)).toBe(Buffer.from(text, 'utf8').toString('utf8'));
        expect(redactor(['', 'ab', 'abc'])(`abc ${text}`)).toBe(`abc ${Buffer.from(text, 'utf8').toString('utf8')}`);
      }),
    );
  });

  test('prefers the longer of two that begin alike, and hides each long line of a key', () => {
    expect(redactor(['token', 'token-and-more'])('token-and-more, token')).toBe('[redacted], [redacted]');
    const key = '-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0BAQ\nAQEFAASCBKcwggSjAgEAAoIB\n-----END KEY-----';
    const shown = redactor([key])('    MIIEvQIBADANBgkqhkiG9w0BAQ\r\n    AQEFAASCBKcwggSjAgEAAoIB');
    expect(shown).toBe('    [redacted]\r\n    [redacted]');
  });
});

describe('foreign text', () => {
  test('cannot command a terminal', () => {
    expect(plainText('a\u001b[2Jb\u0007\u009bc\td\r\ne\rf')).toBe('a\\x1b[2Jb\\x07\\x9bc\td\ne\\x0df');
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
        expect(plainText(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
      }),
      { numRuns: 30 },
    );
  });

  test('fits a line, and says where it was cut', () => {
    expect(oneLine('  a\n b\tc ', 10)).toBe('a b c');
    expect(oneLine('😀😀😀😀', 3)).toBe('😀😀…');
  });
});

describe('a log file', () => {
  test('is cut at a character, says so, and keeps quiet afterwards', async () => {
    await using folder = await tempFolder();
    const path = join(folder.path, 'logs/brief.1.log');
    const log = await openLog(path, 10, []);
    await log.write(Buffer.from('12345678é'));
    await log.write(Buffer.from('é'));
    await log.write(Buffer.from('more'));
    await log.close();
    expect(await readFile(path, 'utf8')).toBe('12345678é\n… cut after 10 bytes\n');
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  test('that is just full is whole, and one of a closed workflow is empty', async () => {
    await using folder = await tempFolder();
    const full = await openLog(join(folder.path, 'full'), 4, []);
    await full.write(Buffer.from('1234'));
    await full.close();
    expect(await readFile(join(folder.path, 'full'), 'utf8')).toBe('1234');
  });

  test('joins characters and line ends that came in pieces, and hides a secret at the very end', async () => {
    await using folder = await tempFolder();
    const path = join(folder.path, 'log');
    const log = await openLog(path, 1000, ['secret-value']);
    for (const byte of Buffer.from('é\r\nü\r, secret-value')) await log.write(Buffer.from([byte]));
    await log.close();
    expect(await readFile(path, 'utf8')).toBe('é\nü\\x0d, [redacted]');
  });

  test('is not written through a link', async () => {
    await using folder = await tempFolder();
    await writeFile(join(folder.path, 'target'), 'keep');
    await symlink('target', join(folder.path, 'log'));
    await expect(openLog(join(folder.path, 'log'), 10, [])).rejects.toThrow('ELOOP');
    expect(await readFile(join(folder.path, 'target'), 'utf8')).toBe('keep');
  });
});
