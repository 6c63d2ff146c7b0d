import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { commands } from '#commands/index.ts';
import { checkManifest } from '#src/chat/slack/setup/check-manifest.ts';
import { slackManifest } from '#src/chat/slack/setup/manifest.ts';
import { EVENTS, SCOPES } from '#src/chat/slack/setup/scopes.ts';
import { runCli } from '#src/cli.ts';

const GOLDEN = join(import.meta.dirname, '../../../golden/slack');

function golden(name: string, value: unknown): void {
  const path = join(GOLDEN, `${name}.json`);
  const text = `${JSON.stringify(value, null, 2)}\n`;
  if (process.env.UPDATE_GOLDEN) writeFileSync(path, text);
  expect(text).toBe(readFileSync(path, 'utf8'));
}

async function cli(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const written = { out: [] as string[], err: [] as string[] };
  const output = {
    out: (text: string) => void written.out.push(text),
    err: (text: string) => void written.err.push(text),
  };
  const code = await runCli(argv, { env: {}, folder: import.meta.dirname, output });
  return { code, out: written.out.join(''), err: written.err.join('') };
}

describe('the manifest of the Slack app', () => {
  test('is as it was last agreed on, in both modes', () => {
    golden('manifest-socket', slackManifest({ http: null }));
    golden('manifest-http', slackManifest({ http: 'https://ops.example.org/' }));
  });

  test('breaks none of Slack’s limits', () => {
    expect(checkManifest(slackManifest({ http: null }))).toEqual([]);
    expect(checkManifest(slackManifest({ http: 'https://ops.example.org/slack/events' }))).toEqual([]);
  });

  test('needs no address in Socket Mode, and names it wherever Slack calls in HTTP mode', () => {
    expect(JSON.stringify(slackManifest({ http: null }))).not.toMatch(/https?:/);
    const { features, settings } = slackManifest({ http: 'https://ops.example.org:8443' });
    const url = 'https://ops.example.org:8443/slack/events';
    expect(settings).toMatchObject({
      socket_mode_enabled: false,
      interactivity: { request_url: url },
      event_subscriptions: { request_url: url },
    });
    expect(features?.slash_commands?.[0]?.url).toBe(url);
  });

  test('names every command of the list in the hint, and only optional scopes as optional', () => {
    const { features, oauth_config } = slackManifest({ http: null });
    const hint = features?.slash_commands?.[0]?.usage_hint ?? '';
    expect(hint.split(' | ')).toEqual(commands.map(({ name }) => name));
    expect(oauth_config?.scopes?.bot).toHaveLength(SCOPES.length);
    expect(oauth_config?.scopes?.bot_optional).not.toContain('chat:write');
  });

  test('asks with every event for a scope that gives it', () => {
    const asked = new Set(SCOPES.map(({ scope }) => scope));
    for (const { event, scopes } of EVENTS) {
      expect([event, scopes.filter((scope) => !asked.has(scope))]).toEqual([event, []]);
    }
  });

  test.each([
    ['http://ops.example.org/', /https addresses only.*--http https:\/\/ops\.example\.org\//s],
    ['ops.example.org', /https addresses only/],
    ['', /https addresses only/],
    ['https://ops.example.org/cowork/', /more than a host.*Write https:\/\/ops\.example\.org\//s],
    ['https://user:pass@ops.example.org/', /more than a host/],
    ['https://ops.example.org/?a=1', /more than a host/],
  ])('refuses %j, which Slack would not call', (http, words) => {
    expect(() => slackManifest({ http })).toThrowError(words);
  });
});

describe('what Slack would refuse in a manifest', () => {
  const whole = slackManifest({ http: null });
  test.each([
    ['/display_information/name', { display_information: { name: 'x'.repeat(36) } }],
    ['/display_information/description', { display_information: { name: 'x', description: 'x'.repeat(141) } }],
    ['/display_information/long_description', { display_information: { name: 'x', long_description: 'short' } }],
    ['/features/bot_user/display_name', { features: { bot_user: { display_name: 'Cowork Ops' } } }],
    [
      '/features/shortcuts/0/name',
      { features: { shortcuts: [{ type: 'global', name: 'x'.repeat(25), callback_id: 'x', description: 'x' }] } },
    ],
    [
      '/features/slash_commands/0/usage_hint',
      { features: { slash_commands: [{ command: '/x', description: 'x', usage_hint: 'x'.repeat(1001) }] } },
    ],
    ['/features/slash_commands/0/command', { features: { slash_commands: [{ command: 'x', description: 'x' }] } }],
    ['/oauth_config/scopes/bot_optional', { oauth_config: { scopes: { bot: [], bot_optional: ['files:read'] } } }],
    [
      '/settings/event_subscriptions/bot_events',
      { settings: { event_subscriptions: { bot_events: ['tokens_revoked', 'tokens_revoked'] } } },
    ],
  ] as const)('%s', (pointer, changed) => {
    const problems = checkManifest({ ...whole, ...(structuredClone(changed) as object) });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(pointer);
  });
});

describe('manifest slack', () => {
  test('prints the JSON alone, and says beside it where to paste it', async () => {
    const { code, out, err } = await cli('manifest', 'slack');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toEqual(JSON.parse(JSON.stringify(slackManifest({ http: null }))));
    expect(err).toContain('https://api.slack.com/apps?new_app=1');
  });

  test('prints the same with --json, and no hint', async () => {
    const plain = await cli('manifest', 'slack', '--http', 'https://ops.example.org/');
    expect(await cli('manifest', 'slack', '--http', 'https://ops.example.org/', '--json')).toEqual({
      code: 0,
      out: plain.out,
      err: '',
    });
  });

  test('refuses an address that Slack would not call with 2 and what to write', async () => {
    const { code, out, err } = await cli('manifest', 'slack', '--http', 'http://ops.example.org/');
    expect({ code, out }).toEqual({ code: 2, out: '' });
    expect(err).toMatch(/https addresses only/);
  });

  test('works while the environment is only half set up', async () => {
    const output = { out: () => undefined, err: () => undefined };
    const env = { SLACK_SIGNING_SECRET: 'half' };
    expect(await runCli(['manifest', 'slack'], { env, folder: import.meta.dirname, output })).toBe(0);
  });
});
