import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { redactor } from '#src/skills/redact.ts';
import { readResult } from '#src/skills/runners/result.ts';
import { tempFolder } from '#test/setup/ground.ts';

async function reading(text: string, secrets: string[] = []) {
  await using folder = await tempFolder();
  await writeFile(join(folder.path, 'result.json'), text);
  return await readResult(folder.path, redactor(secrets));
}

describe('result.json', () => {
  test('may be missing, empty or whole', async () => {
    await using folder = await tempFolder();
    expect(await readResult(folder.path, (text) => text)).toBeNull();
    expect(await reading('{}')).toEqual({});
    const whole = {
      summary: 'Revenue up 3 %.\nPipeline down.',
      confidence: 0.92,
      flags: ['CRM export missing'],
      key_numbers: [{ label: 'Revenue', value: '1,204,331 EUR' }],
      usage: [{ model: 'm', input_tokens: 12000, output_tokens: 900, cache_read_tokens: 0, cache_write_tokens: 0 }],
      connectors: [{ name: 'crm', calls: 3 }],
      error: { class: 'SourceChanged', message: 'column amount is gone' },
    };
    expect(await reading(JSON.stringify(whole))).toEqual(whole);
    expect(await reading('{"usage":[{"model":"m"}],"later":1}')).toEqual({
      usage: [{ model: 'm', input_tokens: 0, output_tokens: 0, cache_read_tokens: 0, cache_write_tokens: 0 }],
    });
  });

  test('is bounded, plain and without secrets', async () => {
    const said = await reading(
      JSON.stringify({
        summary: 'x'.repeat(5000),
        flags: ['\u001b[31mred tok-12345678', 'a\nb'],
        error: { class: 'C'.repeat(500), message: 'm'.repeat(9000) },
      }),
      ['tok-12345678'],
    );
    expect([...(said?.summary ?? '')]).toHaveLength(4000);
    expect(said?.summary?.endsWith('…')).toBe(true);
    expect(said?.flags).toEqual(['\\x1b[31mred [redacted]', 'a b']);
    expect(said?.error?.class.length).toBeLessThanOrEqual(100);
    expect(said?.error?.message.length).toBeLessThanOrEqual(2000);
  });

  test('has an error class that is a name; other words go with the message', async () => {
    const error = async (of: unknown) => (await reading(JSON.stringify({ error: of }), ['tok-12345678']))?.error;
    expect(await error({ class: 'Source.Changed-2_b', message: 'm' })).toEqual({
      class: 'Source.Changed-2_b',
      message: 'm',
    });
    expect(await error({ class: 'Anna earns 5', message: 'm' })).toEqual({
      class: 'SkillError',
      message: 'Anna earns 5: m',
    });
    expect(await error({ class: 'tok-12345678' })).toEqual({ class: 'SkillError', message: '[redacted]' });
    for (const name of ['1st', 'A b', 'Ä', 'A,', 'C'.repeat(62)])
      expect((await error({ class: name }))?.class, name).toBe('SkillError');
  });

  test.each([
    ['not JSON', 'hello', /JSON/],
    ['a list', '[]', /result\.json/],
    ['confidence over 1', '{"confidence": 1.5}', /confidence/],
    ['flags of numbers', '{"flags": [1]}', /flags/],
    ['negative tokens', '{"usage": [{"model": "m", "input_tokens": -5}]}', /usage/],
    ['endless flags', JSON.stringify({ flags: Array(5000).fill('x') }), /flags/],
    ['an error without a class', '{"error": {"message": "x"}}', /error/],
  ])('is refused: %s', async (_name, text, message) => {
    await expect(reading(text)).rejects.toMatchObject({
      errorClass: 'OutputRefused',
      message: expect.stringMatching(message),
    });
  });

  test('is refused as a folder', async () => {
    await using folder = await tempFolder();
    await mkdir(join(folder.path, 'result.json'));
    await expect(readResult(folder.path, (text) => text)).rejects.toMatchObject({ errorClass: 'OutputRefused' });
  });
});
