import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { registerCommands } from '#src/chat/discord/ask/register.ts';
import { openDoor } from '#src/chat/discord/connect/door.ts';
import { makeRest } from '#src/chat/discord/connect/rest.ts';
import { type DiscordExamination, examineDiscord } from '#src/chat/discord/setup/examine.ts';
import type { AskedRole } from '#src/chat/discord/setup/examine-roles.ts';
import { inviteLink } from '#src/chat/discord/setup/permissions.ts';
import { systemClock } from '#src/clock.ts';
import { silentLog } from '#src/log.ts';
import { type Team, teamFile } from '#src/people/team.ts';
import { type DiscordEmulator, OTHER_GUILD, startDiscord } from '#test/emulators/discord/emulator.ts';
import { TestClock } from '#test/setup/clock.ts';

const [OPS, REVIEWS] = ['210000000000000001', '210000000000000002'];
const [MAYA, JON] = ['310000000000000001', '310000000000000002'];
const ROLE = '410000000000000001';

const team = (more: Record<string, unknown> = {}): Team =>
  teamFile.parse({
    team: 'Acme',
    timezone: 'Europe/Berlin',
    people: {
      maya: { name: 'Maya Lindt', email: 'maya@acme.example', discord: MAYA, roles: ['owner'] },
      jon: { name: 'Jon Okafor', email: 'jon@acme.example', discord: JON, roles: ['approver'] },
    },
    channels: { ops: [`discord:${OPS}`], reviews: [`discord:${REVIEWS}`, 'slack:C0REVIEWS'] },
    alerts: { fallback: [`discord:${OPS}`] },
    ...more,
  });

let discord: DiscordEmulator;
/** What a strict Discord may hold against what a test does on purpose. */
let expected: RegExp | null;

async function begin(options: Parameters<typeof startDiscord>[0] = {}) {
  const begun = await startDiscord({ paced: false, ...options });
  begun.addUser({ id: MAYA, name: 'maya' });
  begun.addUser({ id: JON, name: 'jon' });
  begun.addChannel({ id: OPS, name: 'cowork-ops' });
  begun.addChannel({ id: REVIEWS, name: 'reviews' });
  begun.addRole({ id: ROLE, name: 'Finance' });
  // Everybody's own role shall not give what the bot's is to have.
  begun.addRole({ id: begun.guild.id, name: '@everyone', permissions: [] });
  return begun;
}

const register = () => registerCommands(makeRest(discord.config, silentLog).later, discord.config);

beforeEach(async () => {
  expected = null;
  discord = await begin();
  await register();
  discord.calls.length = 0;
});

afterEach(async () => {
  if (expected) discord.expectAmiss(expected);
  const { amiss, calls } = discord;
  await discord[Symbol.asyncDispose]();
  expect(amiss).toEqual([]);
  // It looks; it never changes anything.
  expect(calls.filter(({ method }) => method !== 'GET')).toEqual([]);
});

async function look(more: Partial<DiscordExamination> & { team?: Team; roles?: AskedRole[] } = {}) {
  const { team: named = team(), roles = [], ...rest } = more;
  const examination = { config: discord.config, publicUrl: null, clock: systemClock, log: silentLog, ...rest };
  const home = rest.home === undefined ? { team: named, roles } : rest.home;
  const findings = await examineDiscord({ ...examination, home });
  expect(JSON.stringify(findings)).not.toContain(discord.config.botToken);
  const words = (fine: boolean) => findings.filter(({ ok }) => ok === fine).map(({ part, says }) => `${part}: ${says}`);
  return { bad: words(false), good: words(true) };
}

const withConfig = (over: Partial<DiscordEmulator['config']>) => ({ config: { ...discord.config, ...over } });

test('all is well, with exactly the permissions of the invite link', async () => {
  const { bad, good } = await look({ roles: [{ workflow: 'close', role: ROLE }] });
  expect(bad).toEqual([]);
  expect(good).toEqual([
    `discord token: the bot of the application Cowork (${discord.application})`,
    `discord invite: ${inviteLink(discord.config)}`,
    `discord server: Acme (${discord.guild.id})`,
    expect.stringMatching(/^discord gateway: \d+ of 1000 sessions may still be begun in 24 h$/),
    expect.stringMatching(/^discord clock: agrees with Discord’s within \d+ s$/),
    'discord commands: /cowork and What happened? as of this version, in this server',
    `discord places: #ops, alerts.fallback (discord:${OPS}) is #cowork-ops\n#reviews (discord:${REVIEWS}) is #reviews`,
    'discord people: 2 of 2 Discord ids are members of Acme',
    'discord roles: close: only with the role Finance',
  ]);
});

describe('the token', () => {
  test.each([
    ['Bot abc', /DISCORD_TOKEN holds a token with a word before it\. Take the word away\./],
    ['mfa.abcdefghijklmnop', /the token of a person, with which no bot may log in\. .*page Bot/],
    ['https://discord.com/api/webhooks/1/x', /holds the address of a webhook/],
    ['700000000000000001', /holds an id, such as that of the application/],
    ['a'.repeat(64), /holds a public key, which belongs into DISCORD_PUBLIC_KEY/],
    ['abcdefghijklmnopqrstuvwxyz-12345', /holds a client secret of the page OAuth2/],
    ['MTIz…', /does not look like a bot's token/],
  ])('%s is told by its looks, and nothing is asked with it', async (botToken, words) => {
    const { bad, good } = await look(withConfig({ botToken }));
    expect(bad).toEqual([expect.stringMatching(words)]);
    expect(good).toEqual([`discord invite: ${inviteLink(discord.config)}`]);
    expect(discord.calls).toEqual([]);
  });

  test('that was reset, of a person, or of another application', async () => {
    const other = `${Buffer.from('310000000000000001').toString('base64url')}.Gabcde.${'x'.repeat(38)}`;
    const { bad } = await look(withConfig({ botToken: other }));
    expect(bad).toEqual([
      expect.stringMatching(
        /^discord token: .*\(401\)\. It is for the account 310000000000000001, .*a token of a person, or of another bot/,
      ),
    ]);
    expect(bad[0]).not.toContain('Gabcde');
    expected = /401: Unauthorized/;
    discord.revoke();
    const where = `DISCORD_API_URL says that Discord is at ${new URL(discord.api).origin}.`;
    expect((await look()).bad).toEqual([
      `discord token: Discord does not take DISCORD_TOKEN (401). It was reset since, or copied in part. Press Reset Token on the page Bot of the application, and put the new one into .env. ${where}`,
    ]);
    discord.restore();
    expect((await look(withConfig({ applicationId: '700000000000000009' }))).bad).toEqual([
      `discord token: DISCORD_TOKEN is of the application Cowork (${discord.application}), and DISCORD_APPLICATION_ID is 700000000000000009. Copy both from the same application: Application ID stands on its page General Information.`,
    ]);
  });

  test('Discord cannot be reached, is in trouble, or asks to wait', async () => {
    discord.away(true);
    expect((await look()).bad).toEqual([
      expect.stringMatching(/^discord token: Discord cannot be reached: \w+.*\. DISCORD_API_URL/),
    ]);
    discord.away(false);
    discord.fault('GET /applications/@me', { kind: 'http500' });
    expect((await look()).bad[0]).toMatch(/Discord answers with HTTP 500; try again later\./);
    discord.fault('GET /applications/@me', { kind: 'rate', afterMs: 60_000 });
    expect((await look()).bad[0]).toMatch(/asked too often; Discord says to wait \d+ s\./);
  });
});

describe('the server', () => {
  test('the bot is in it, in others, or in none', async () => {
    discord.alsoIn({ id: OTHER_GUILD, name: 'Elsewhere' });
    expect((await look()).good).toContain(`discord server: Acme (${discord.guild.id})`);
    discord.realm.elsewhere.length = 0;
    const elsewhere = await look(withConfig({ guildId: OTHER_GUILD }));
    expect(elsewhere.bad).toEqual([
      expect.stringContaining(
        `the bot is not in the server ${OTHER_GUILD} of DISCORD_GUILD_ID, or there is no such server. It is in ${discord.guild.id} (Acme). Correct the id, or open the invite link:\nhttps://discord.com/oauth2/`,
      ),
    ]);
    discord.kickBot();
    expect((await look()).bad).toEqual([
      `discord server: the bot is not in the server ${discord.guild.id} of DISCORD_GUILD_ID, or there is no such server. Correct the id, or open the invite link:\n${inviteLink(discord.config)}`,
    ]);
  });

  test('commands that are not there, of another version, foreign, or there twice', async () => {
    const [first] = discord.commands.guild;
    discord.commands.guild.splice(0, 2, { ...first, description: 'old' } as NonNullable<typeof first>);
    discord.commands.guild.push({ id: '1', type: 1, name: 'ping', description: 'x' });
    expect((await look()).bad).toEqual([
      'discord commands: not registered: What happened?; of another version: /cowork; not ours any more: /ping. Run cowork-ops register discord.',
    ]);
    await register();
    discord.commands.global.push(...discord.commands.guild);
    expect((await look()).good).toContain(
      'discord commands: /cowork and What happened? as of this version, in this server; /cowork and What happened? for every server as well, so people see them twice. To end that: cowork-ops register discord --tidy',
    );
    discord.fault(/^GET \/applications\/\d+\/guilds/, { kind: 'error', code: 50001 });
    expect((await look()).bad).toEqual([
      expect.stringMatching(
        /without the scope applications\.commands \(50001\)\. Open the invite link again.*\nhttps:/s,
      ),
    ]);
    discord.calls.length = 0;
  });
});

describe('channels', () => {
  test('nothing is said of them where the home cannot be used, and a hint where it names none', async () => {
    expect((await look({ home: null })).good.filter((one) => /places|people/.test(one))).toEqual([]);
    const none = await look({ team: team({ channels: { ops: ['slack:C0OPS'] }, alerts: {} }) });
    expect(none.good).toContain(
      'discord places: cowork.yaml names none, so nothing is posted in Discord. Add discord:… to a channel there.',
    );
  });

  test('missing permissions are named with what they are for, by the channel’s own rules', async () => {
    discord.deny(OPS, 'SendMessages', 'ManageThreads');
    discord.deny(REVIEWS, 'ManageThreads', 'CreatePublicThreads');
    const { bad, good } = await look();
    expect(bad).toEqual([
      [
        `discord place: #ops, alerts.fallback (discord:${OPS}): #cowork-ops`,
        '  Send Messages is missing: nothing can be posted',
        '  Manage Threads is missing: the thread is only put away, and opens as soon as somebody writes (optional)',
        '  Allow it to the bot in the settings of #cowork-ops, Permissions, or open the invite link again.',
      ].join('\n'),
    ]);
    expect(good).toContainEqual(
      expect.stringMatching(/^discord places: #reviews .*Create Public Threads is missing: .*\(optional\)/s),
    );
    discord.deny(OPS, 'ViewChannel');
    expect((await look()).bad).toEqual([
      expect.stringMatching(/cannot see this channel, or it is of another server\. Let it in: /),
    ]);
    discord.giveRole(
      discord.botUser,
      discord.addRole({ id: '410000000000000002', name: 'God', permissions: ['Administrator'] }).id,
    );
    const { bad: none, good: all } = await look();
    expect(none).toEqual([]);
    expect(all).toContainEqual(
      expect.stringMatching(/^discord rights: .*Administrator, which is far more than it needs/),
    );
  });

  test('that are unknown, of another kind, or silent', async () => {
    discord.addChannel({ id: '210000000000000003', name: 'ideas', kind: 'forum' });
    const places = ['discord:210000000000000003', 'discord:210000000000000099'];
    const { bad } = await look({ team: team({ channels: { ops: places }, alerts: {} }) });
    expect(bad).toEqual([
      'discord place: #ops (discord:210000000000000003): this is a forum, which takes posts alone. Name a text channel in cowork.yaml.',
      expect.stringMatching(
        /^discord place: #ops \(discord:210000000000000099\): there is no such channel in Acme\. Correct the id/,
      ),
    ]);
    discord.fault('GET /channels/:id', { kind: 'http500' });
    discord.fault('GET /guilds/:id/members/:user', { kind: 'drop_call', times: 2 });
    const silent = await look();
    expect(silent.bad).toEqual([
      expect.stringMatching(/^discord server: Acme does not tell who the bot is there: Discord cannot be reached/),
    ]);
  });
});

test('people: who is no member, nobody, a bot, or has not agreed yet; and nobody at all', async () => {
  discord.addUser({ id: '310000000000000003', name: 'pia', kind: 'pending' });
  discord.addUser({ id: '310000000000000004', name: 'gus', kind: 'gone' });
  const person = (name: string, id?: string) => ({
    ...{ name, email: `${name}@acme.example`, roles: ['viewer'] },
    ...(id ? { discord: id } : {}),
  });
  const people = {
    maya: person('maya', MAYA),
    pia: person('pia', '310000000000000003'),
    gus: person('gus', '310000000000000004'),
    bob: person('bob', discord.botUser),
    who: person('who', '310000000000000099'),
    sam: person('sam'),
  };
  const { bad, good } = await look({ team: team({ people }) });
  expect(good).toContain('discord people: 1 of 5 Discord ids are members of Acme; without a Discord id: sam');
  expect(bad.map((one) => one.slice(0, 90))).toEqual([
    expect.stringContaining('pia (310000000000000003): has not agreed to the rules of Acme yet'),
    expect.stringContaining('gus (310000000000000004): is no member of Acme'),
    expect.stringContaining(`bob (${discord.botUser}): is a bot, and bots never count`),
    expect.stringContaining('who (310000000000000099): Discord knows nobody with this id'),
  ]);
  const none = await look({ team: team({ people: { sam: person('sam') } }) });
  expect(none.bad).toEqual([
    expect.stringMatching(/^discord people: nobody in cowork\.yaml has a Discord id, .*Copy User ID/),
  ]);
});

test('roles: unknown, of everybody, of a bot', async () => {
  const roles = ['410000000000000099', discord.guild.id, discord.realm.botRole].map((role, at) => ({
    workflow: `w${at}`,
    role,
  }));
  const { bad } = await look({ roles });
  expect(bad).toEqual([
    expect.stringMatching(
      /^discord role: review\.discord_role of w0 \(410000000000000099\): Acme has no such role, so nobody can decide\./,
    ),
    expect.stringMatching(/of w1 .*the role of everybody, so it narrows nothing/),
    expect.stringMatching(/of w2 .*the role of a bot, which no person can have/),
  ]);
});

describe('how clicks come', () => {
  test('over the gateway never, while Discord has an address to send them to; sessions run out', async () => {
    discord.realm.interactionsUrl = 'https://old.example.org/interactions';
    const { bad } = await look();
    expect(bad).toEqual([
      `discord clicks: the gateway is used, and the application has the interactions endpoint https://old.example.org/interactions: Discord sends every click and command there, and none of them arrives. Empty the field Interactions Endpoint URL on the page General Information of the application. (Or use HTTP mode: DISCORD_PUBLIC_KEY=${discord.publicKey} and PUBLIC_URL.)`,
    ]);
    discord.realm.interactionsUrl = null;
    // As soon as the product spares them, and not before.
    discord.startsTaken(740);
    expect((await look()).bad).toEqual([]);
    discord.startsTaken(751);
    expect((await look()).bad[0]).toContain('249 of 1000 sessions');
    discord.startsTaken(988);
    expect((await look()).bad).toEqual([
      'discord gateway: 12 of 1000 sessions may still be begun in 24 h. At none Discord makes the token invalid, so the product waits before it begins one. Something starts again and again: look at the log, and for a second product with the same token.',
    ]);
    discord.startsTaken(1000);
    expect((await look()).bad[0]).toContain('Until then the bot cannot log in');
    discord.fault('GET /gateway/bot', { kind: 'http500' });
    expect((await look()).bad[0]).toBe('discord gateway: Discord answers with HTTP 500; try again later.');
  });

  test('a clock that is off', async () => {
    const clock = new TestClock(new Date(Date.now() + 400_000).toISOString());
    const { bad } = await look({ clock });
    expect(bad).toEqual([
      expect.stringMatching(/^discord clock: this host’s clock is (39|40)\d s ahead of Discord’s\. Set it by NTP\.$/),
    ]);
  });

  test('over HTTP: the key, the address, the knock', async () => {
    const url = 'https://ops.example.org/discord/interactions';
    const publicUrl = 'https://ops.example.org/';
    const seen: RequestInit[] = [];
    const answers =
      (status: number): typeof fetch =>
      async (_, init) => {
        seen.push(init ?? {});
        return new Response('', { status });
      };
    const http = withConfig({ publicKey: discord.publicKey.toUpperCase() });
    discord.realm.interactionsUrl = url;
    const fine = await look({ ...http, publicUrl, fetch: answers(401) });
    expect(fine.bad).toEqual([]);
    expect(fine.good).toEqual(
      expect.arrayContaining([
        `discord endpoint: Discord sends clicks and commands to ${url}`,
        `discord http: ${url} answers, and turns away what Discord did not sign`,
      ]),
    );
    expect(seen).toHaveLength(1);
    // What the knock carries is turned away by our own door, before anything of it is believed.
    const headers = new Headers(seen[0]?.headers);
    const never = { clock: systemClock, log: silentLog, db: undefined as never };
    const door = openDoor({
      ground: never,
      publicKey: discord.publicKey,
      intake: { take: vi.fn() },
      isOpen: () => true,
    });
    const request = {
      header: (name: string) => headers.get(name) ?? undefined,
      body: Buffer.from(String(seen[0]?.body)),
    };
    expect((await door(request)).status).toBe(401);
    const early = await look({ ...http, publicUrl, fetch: () => Promise.reject(new TypeError('fetch failed')) });
    expect(early.bad).toEqual([]);
    expect(early.good).toContainEqual(expect.stringContaining(`nobody answers at ${url} yet: start the product`));
    expect((await look({ ...http, publicUrl, fetch: answers(404) })).bad).toEqual([
      expect.stringMatching(/HTTP 404: the product there runs without DISCORD_PUBLIC_KEY/),
    ]);
    expect((await look({ ...http, publicUrl, fetch: answers(301) })).bad).toEqual([
      expect.stringMatching(/HTTP 301, and Discord does not follow redirects/),
    ]);
    expect((await look({ ...http, publicUrl, fetch: answers(502) })).bad).toEqual([]);
    const untrusted = Object.assign(new Error('expired'), { code: 'CERT_HAS_EXPIRED' });
    const broken = () => Promise.reject(new TypeError('fetch failed', { cause: untrusted }));
    expect((await look({ ...http, publicUrl, fetch: broken })).bad).toEqual([
      expect.stringMatching(/no certificate that Discord trusts \(CERT_HAS_EXPIRED/),
    ]);

    discord.realm.interactionsUrl = null;
    const unset = await look({ ...withConfig({ publicKey: 'ab'.repeat(32) }), publicUrl, fetch: answers(401) });
    expect(unset.bad).toEqual([
      `discord public key: DISCORD_PUBLIC_KEY is not the key of this application, so everything that Discord sends would be turned away. It is ${discord.publicKey} (Public Key on the page General Information).`,
      expect.stringMatching(
        /^discord endpoint: .*Discord has no address to send clicks to\. Start the product, then put https:\/\/ops\.example\.org\/discord\/interactions into/,
      ),
    ]);
    discord.realm.interactionsUrl = 'https://old.example.org/x';
    expect((await look({ ...http, publicUrl, fetch: answers(401) })).bad).toEqual([
      expect.stringMatching(
        /^discord endpoint: Discord sends clicks to https:\/\/old\.example\.org\/x, and this product is at another address\./,
      ),
    ]);
    expect((await look({ ...http, publicUrl: 'http://127.0.0.1/' })).bad).toEqual([
      expect.stringMatching(/^discord http: HTTP mode needs PUBLIC_URL/),
    ]);
  });
});
