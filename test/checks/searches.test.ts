import { describe, expect, test } from 'vitest';
import { entropy } from '#src/runs/checks/secret-forms.ts';
import { outcome, validate } from './run.ts';

const pii = (text: string | Buffer, allow: string[] = [], name = 'brief.md') =>
  outcome({ [name]: text }, { kind: 'no_pii', files: [name], allow });
const secrets = (text: string) => outcome({ 'brief.md': text }, { kind: 'no_secrets', files: ['**'] });

describe('no_pii', () => {
  test.each([
    ['e-mail address', 'Write to maya.lindt+x@acme.example today'],
    ['e-mail address', 'id,mail\n1,jürgen@exämple.de\n'],
    ['e-mail address', '<a href="mailto:a@b.co">'],
    ['phone number', 'call +49 30 1234567.'],
    ['phone number', 'call +493012345678 now'],
    ['phone number', '1,+493012345678,5'],
    ['phone number', '+1 (212) 555-0199'],
    ['phone number', '(212) 555-0199'],
    ['phone number', 'at 212-555-0199'],
    ['phone number', 'Tel. 030 1234567, Fax'],
    ['phone number', '{"phone": "030/1234567"}'],
    ['phone number', 'Mobile: 12 34 56 78'],
    ['phone number', 'phone number: 0301234567'],
    ['IBAN', 'to DE89 3704 0044 0532 0130 00 today'],
    ['IBAN', 'x,DE89370400440532013000,y'],
    ['IBAN', 'BE68 5390 0754 7034 FROM US'],
    ['payment card number', 'card 4111 1111 1111 1111 12/28'],
    ['payment card number', 'a,4111111111111111,b'],
    ['payment card number', '3782-822463-10005'],
    ['payment card number', '5555555555554444'],
    ['US social security number', 'SSN 536-22-1234'],
  ])('finds: %s in %j', async (kind, text) => {
    const found = await pii(text);
    expect(found.result).toBe('FAIL');
    expect(found.message).toMatch(new RegExp(`^brief.md has an? ${kind} in line [0-9]$`));
    expect(found.actual).toMatchObject({ searched: 1, found: [{ file: 'brief.md', count: 1 }] });
  });

  test.each([
    ['years', 'In 2024, 2025 and 2026; 2019 2020 2021 2022 2023; 1999-2026; Mobile phone 2025 2026'],
    ['sums', 'Revenue 1,204,331.55 EUR, 12 345 678 EUR, +1 204 331, +12 345 678 on the year, +1204331000 EUR, −3.2 %'],
    ['shares', '0.4111111111111111, +2.1 %, 3.14159265358979, 99.99'],
    ['ids', 'order 1000000123, run monday-brief-20261123T0500Z-7k3q, R-128, 550e8400-e29b-41d4-a716-446655440000'],
    ['times', '2026-11-23T05:00:00+01:00, 20261123, 1795410000000, 2026-11-23 2026-11-24'],
    ['hashes', 'sha256 ab129f03aa4111111111111111ff000000 and 4111111111111111abcdef'],
    ['columns', 'code,value\n4100,5200\n4111 1111 1111 1111 4111 1111\n12345678,87654321\n'],
    ['codes', 'ISO DE12, NUTS DE300, GB2312, CPI 212.5, ratio 212-5-0199, 000-12-3456, 987-65-4321'],
    ['images', '![logo](logo@2x.png) and import "@scope/name"'],
    ['wrong check digits', 'DE89 3704 0044 0532 0130 01 and 4111 1111 1111 1112'],
    ['mobile subscriptions', 'Mobile: 1204331 users, Telephone lines 12 345 678'],
  ])('passes plain statistics: %s', async (_name, text) => {
    expect(await pii(text)).toMatchObject({ result: 'PASS' });
  });

  test('never repeats what it found', async () => {
    const found = await pii('a@b.example\n\nand c@d.example, DE89 3704 0044 0532 0130 00');
    expect(found.message).toBe('brief.md has an e-mail address in line 1 (2 in all), brief.md has an IBAN in line 3');
    expect(JSON.stringify(found)).not.toMatch(/b\.example|3704/);
  });
  test('lets through what an allow pattern fits, and only that', async () => {
    expect((await pii('ops@acme.example', ['@acme\\.example$'])).result).toBe('PASS');
    expect((await pii('ops@acme.example x@other.example', ['@acme\\.example$'])).message).toBe(
      'brief.md has an e-mail address in line 1',
    );
  });
  test('finds in UTF-16 and behind NUL bytes; binary files are WARN, since they cannot be seen into', async () => {
    expect((await pii(Buffer.from('\ufeffa@b.example', 'utf16le'))).result).toBe('FAIL');
    expect((await pii('\0 a@b.example')).result).toBe('FAIL');
    expect((await pii('\0\0 a@b.example', [], 'raw.bin')).result).toBe('FAIL');
    expect(await pii('PK\u0003\u0004\0\0', [], 'book.xlsx')).toMatchObject({
      result: 'WARN',
      message: 'book.xlsx is not text, its contents could not be searched',
    });
  });
});

describe('no_secrets', () => {
  // Put together here, so that no scanner of this repository takes them for real.
  const random = 'aB3dE5fG7hJ9kL1mN2pQ4rS6tU8vW0xY1zA3';
  test.each([
    ['AWS access key', `${'AKIA'}IOSFODNN7EXAMPLE`],
    ['GitHub token', `${'ghp'}_${random}`],
    ['GitHub token', `${'github'}_pat_${random}`],
    ['Slack token', `${'xoxb'}-123456789012-${random}`],
    ['Slack webhook', `https://hooks.slack${'.com/services'}/T00000000/B00000000/${random}`],
    ['Discord webhook', `https://discord${'.com/api/webhooks'}/123456789012345678/${random}`],
    ['Anthropic key', `${'sk-ant'}-api03-${random}`],
    ['OpenAI key', `${'sk-proj'}-${random}`],
    ['Google key', `${'AIza'}${random.slice(0, 35)}`],
    ['Stripe key', `${'sk_live'}_${random}`],
    ['private key', `-----BEGIN ${'RSA PRIVATE'} KEY-----`],
    ['private key', `-----BEGIN ${'PRIVATE'} KEY-----`],
    ['JSON web token', `${'eyJ'}hbGciOiJIUzI1NiJ9.${'eyJ'}zdWIiOiIxMjM0NTY3ODkwIn0.dozjgNryP4J3jVmNHl0w5N`],
    ['password in an address', `postgres://app:${'Tr0ub4dor'}@db.example/x`],
    ['key or password', `api_key = "${random}"`],
    ['key or password', `"client_secret": "${random}"`],
    ['key or password', `PASSWORD=${random}`],
  ])('finds: %s', async (kind, text) => {
    const found = await secrets(`before\n${text}\n`);
    expect(found).toMatchObject({ result: 'FAIL' });
    expect(found.message).toMatch(new RegExp(`^brief\\.md has an? ${kind} in line 2`));
    expect(JSON.stringify(found)).not.toContain(random.slice(0, 12));
  });
  test.each([
    'The token budget is 200000 tokens; secret santa; password: see the vault entry for finance',
    'crm_token: env:CRM_TOKEN, authorization: Bearer ${env:RATES_TOKEN}',
    'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08 sk-8, task-antenna',
    'https://user:****@host/ and https://example.org:8080/a@b',
    'api_key_description = the_key_of_the_interface',
  ])('passes %j', async (text) => {
    expect((await secrets(text)).result).toBe('PASS');
  });
  test('entropy is Shannon’s', () => {
    expect(entropy('aaaa')).toBe(0);
    expect(entropy('abcd')).toBe(2);
  });
});

describe('banned_patterns', () => {
  const banned = (text: string, ...patterns: string[]) =>
    outcome({ 'brief.md': text, 'sub/deep.md': 'TBD' }, { kind: 'banned_patterns', files: ['*.md'], patterns });
  test('names pattern, count and line', async () => {
    expect(await banned('ok\nTBD and tbd\nTODO', '(?i)tbd', 'TODO', 'never')).toMatchObject({
      result: 'FAIL',
      message: 'brief.md has a match of (?i)tbd in line 2 (2 in all), brief.md has a match of TODO in line 3',
    });
    expect(await banned('fine', 'TBD')).toMatchObject({ result: 'PASS', message: 'nothing found in 1 file' });
    expect((await banned('see\n   above', 'see\\s+above')).result).toBe('FAIL');
  });
  test('names only the pattern’s number for confidential work', async () => {
    const check = { kind: 'banned_patterns', files: ['*.md'], patterns: ['never', '(?i)anna'] };
    const found = await outcome({ 'brief.md': 'ok\nAnna' }, check, { dataClass: 'confidential' });
    expect(found).toMatchObject({ result: 'FAIL', message: 'brief.md has a match of pattern 2 in line 2' });
    expect(JSON.stringify(found.actual)).not.toContain('anna');
  });
});

describe('which files', () => {
  const files = {
    'a.md': 'X',
    '.hidden.md': 'X',
    'sub/b.md': 'X',
    'sub/deep/c.md': 'X',
    'steps/s1/d.md': 'X',
    'e [1].md': 'X',
  };
  const searched = async (...globs: string[]) => {
    const found = await outcome(files, { kind: 'banned_patterns', files: globs, patterns: ['X'] });
    return ((found.actual as { found: { file: string }[] }).found ?? []).map(({ file }) => file);
  };
  test('a star does not cross folders, two do, both see dotfiles; steps are named as such', async () => {
    expect(await searched('*.md')).toEqual(['.hidden.md', 'a.md', 'e [1].md']);
    expect(await searched('*')).toEqual(['.hidden.md', 'a.md', 'e [1].md']);
    expect(await searched('**/*.md')).toEqual(['.hidden.md', 'a.md', 'e [1].md', 'sub/b.md', 'sub/deep/c.md']);
    expect(await searched('**')).toEqual(['.hidden.md', 'a.md', 'e [1].md', 'sub/b.md', 'sub/deep/c.md']);
    expect(await searched('sub/*')).toEqual(['sub/b.md']);
    expect(await searched('steps/*/*.md')).toEqual(['steps/s1/d.md']);
    expect(await searched('{a,z}.md', 'a.md', '[.]hidden.md')).toEqual(['.hidden.md', 'a.md']);
    expect(await searched('e [1].md')).toEqual(['e [1].md']);
    expect(await searched('!a.md')).toEqual([]);
  });
  test('a named file that is missing is FAIL, globs that fit nothing are WARN', async () => {
    const check = { kind: 'no_pii', files: ['gone.md', '*.md'] };
    expect(await outcome(files, check)).toMatchObject({ result: 'FAIL', message: 'gone.md is missing' });
    expect(await outcome(files, { kind: 'no_pii', files: ['*.pdf'] })).toMatchObject({
      result: 'WARN',
      message: 'no file fits, nothing was searched',
    });
  });
  test('required_files takes names and globs', async () => {
    const check = (...names: string[]) => outcome(files, { kind: 'required_files', files: names });
    expect(await check('a.md', 'sub/*.md', 'steps/s1/d.md', 'e [1].md')).toMatchObject({ result: 'PASS' });
    expect(await check('a.md', 'brief.md', '*.csv')).toMatchObject({
      result: 'FAIL',
      message: 'brief.md, *.csv are missing',
      actual: { present: 1, missing: ['brief.md', '*.csv'] },
    });
    expect((await check('sub')).result).toBe('FAIL');
    expect((await validate({}, [{ kind: 'required_files', files: ['x'] }])).checks[0]?.message).toBe('x is missing');
  });
});
