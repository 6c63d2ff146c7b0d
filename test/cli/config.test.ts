import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readConfig, skillEnvironment } from '#src/config.ts';
import { tempFolder } from '#test/setup/ground.ts';

describe('the environment', () => {
  test('has the fixed defaults', async () => {
    await using folder = await tempFolder();
    expect(readConfig({}, folder.path)).toEqual({
      home: null,
      data: join(folder.path, '.cowork'),
      databaseUrl: null,
      host: '127.0.0.1',
      port: 3210,
      publicUrl: null,
      logLevel: null,
      slack: null,
      discord: null,
      chatOverHttp: false,
    });
  });

  test('names every bad variable at once', async () => {
    await using folder = await tempFolder();
    const read = () =>
      readConfig(
        { PORT: 'many', DATABASE_URL: 'mysql://x', LOG_LEVEL: 'loud', SLACK_API_URL: 'http://127.0.0.1:1/' },
        folder.path,
      );
    expect(read).toThrowError(/PORT .*\n.*LOG_LEVEL|LOG_LEVEL/s);
    for (const name of ['PORT', 'DATABASE_URL', 'LOG_LEVEL', 'SLACK_API_URL']) expect(read).toThrowError(name);
  });

  test('refuses a half-set platform and says which variable is missing', async () => {
    await using folder = await tempFolder();
    expect(() => readConfig({ SLACK_BOT_TOKEN: 'xoxb-1' }, folder.path)).toThrowError(/SLACK_APP_TOKEN .* half set up/);
    expect(() => readConfig({ SLACK_SIGNING_SECRET: 's' }, folder.path)).toThrowError(/SLACK_BOT_TOKEN is missing/);
    expect(() => readConfig({ DISCORD_TOKEN: 't' }, folder.path)).toThrowError(
      /DISCORD_APPLICATION_ID is missing: Discord is only half set up.*\n.*DISCORD_GUILD_ID is missing.*Copy Server ID/,
    );
    const two = { DISCORD_TOKEN: 't', DISCORD_APPLICATION_ID: '123456' };
    expect(() => readConfig(two, folder.path)).toThrowError(/^[^\n]*\n {2}DISCORD_GUILD_ID is missing: [^\n]*$/);
    expect(readConfig({ ...two, DISCORD_GUILD_ID: '234567' }, folder.path).discord).toMatchObject({
      guildId: '234567',
    });
  });

  test('takes an empty variable for an unset one, and the real environment over .env', async () => {
    await using folder = await tempFolder();
    await writeFile(join(folder.path, '.env'), 'PORT=4000\nLOG_LEVEL=debug\nCRM_TOKEN="a b"\n');
    expect(readConfig({ PORT: '', COWORK_HOME: '' }, folder.path)).toMatchObject({
      port: 4000,
      logLevel: 'debug',
      home: null,
    });
    expect(readConfig({ PORT: '5000' }, folder.path).port).toBe(5000);
    expect(skillEnvironment({ OTHER: '1' }, folder.path)).toMatchObject({ CRM_TOKEN: 'a b', OTHER: '1' });
  });

  test('never repeats a secret in its complaint', async () => {
    await using folder = await tempFolder();
    const secret = 'mysql://user:hunter2@host/db';
    let words = '';
    try {
      readConfig({ DATABASE_URL: secret }, folder.path);
    } catch (error) {
      words = String(error);
    }
    expect(words).toContain('DATABASE_URL');
    expect(words).not.toContain('hunter2');
  });
});
