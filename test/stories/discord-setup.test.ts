import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type DiscordEmulator, startDiscord } from '#test/emulators/discord/emulator.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { said } from './discord-office.ts';
import { EXAMPLE_HOME, freePort, Newcomer } from './newcomer.ts';

const [OPS, REVIEWS] = ['210000000000000001', '210000000000000002'];
const MAYA = '310000000000000001';

const review = (discord: DiscordEmulator) =>
  discord.messages(REVIEWS).find((one) => said(one).includes('US employment brief'));

/** Somebody opens the invite link: the bot is there, with what the link asks for. */
function invited(discord: DiscordEmulator, out: string): void {
  const [link = ''] = /https:\/\/discord\.com\/oauth2\/authorize\?\S+/.exec(out) ?? [];
  const { searchParams } = new URL(link);
  expect(searchParams.get('client_id')).toBe(discord.application);
  expect(searchParams.get('scope')).toContain('applications.commands');
  discord.realm.role(discord.realm.botRole).permissions = BigInt(searchParams.get('permissions') ?? '');
  discord.inviteBot();
}

test.each(['gateway', 'http'] as const)(
  'from nothing to the first approved review item, as docs/discord.md says it (%s mode)',
  async (mode) => {
    await using folder = await tempFolder('cowork-story-');
    await using newcomer = new Newcomer(folder.path);
    const port = await freePort();
    await using discord = await startDiscord({ mode, patienceMs: 60_000 });
    discord.addUser({ id: MAYA, name: 'maya' });
    discord.addChannel({ id: OPS, name: 'cowork-ops' });
    discord.addChannel({ id: REVIEWS, name: 'reviews', permissions: ['ViewChannel'] });
    discord.kickBot();

    // 1. The token and the two ids in .env, with a word too much first; doctor has the invite link.
    const { DISCORD_TOKEN = '', ...own } = discord.env;
    const public_ = mode === 'http' ? { PUBLIC_URL: `https://localhost:${port}/` } : {};
    const others = { ...own, ...public_, PORT: port };
    await newcomer.dotEnv({ ...others, DISCORD_TOKEN: `Bot ${DISCORD_TOKEN}` });
    const wrong = await newcomer.doctor();
    expect(wrong.fails).toEqual([expect.stringContaining('Take the word away.')]);
    await newcomer.dotEnv({ ...others, DISCORD_TOKEN });
    const outside = await newcomer.doctor();
    expect(outside.fails[0]).toContain('or open the invite link:');
    expect(wrong.out + outside.out).not.toContain(DISCORD_TOKEN);
    invited(discord, outside.out);

    // 2. The commands.
    const unregistered = await newcomer.doctor();
    const ofHttp = mode === 'http' ? [expect.stringContaining('Discord has no address to send clicks to')] : [];
    expect(unregistered.fails).toEqual([
      ...ofHttp,
      expect.stringContaining('not registered: /cowork, What happened?. Run cowork-ops register discord.'),
      expect.stringContaining('nobody in cowork.yaml has a Discord id'),
    ]);
    expect(await newcomer.run('register', 'discord')).toMatchObject({ code: 0 });

    // 3. Channels and people in cowork.yaml; doctor says what is still missing.
    await newcomer.edit(`${EXAMPLE_HOME}/cowork.yaml`, {
      'cowork-ops: []': `cowork-ops: [discord:${OPS}]`,
      'reviews: []': `reviews: [discord:${REVIEWS}]`,
      'maya: { name: Maya Lindt,': `maya: { name: Maya Lindt, discord: "${MAYA}",`,
    });
    const closed = await newcomer.doctor();
    expect(closed.fails).toEqual([...ofHttp, expect.stringContaining('the bot cannot see this channel')]);
    discord.allow(REVIEWS);
    expect((await newcomer.doctor()).fails).toEqual(ofHttp);

    // 4. Start, and the first review item is there.
    newcomer.start();
    const how = mode === 'http' ? 'HTTP at /discord/interactions' : 'gateway';
    await newcomer.until('the word that Discord is on', () =>
      newcomer.said.includes(`Discord is on: ${how}, server Acme.`),
    );
    if (mode === 'http')
      expect(await discord.setInteractionsUrl(`http://127.0.0.1:${port}/discord/interactions`)).toBe(true);
    const item = await newcomer.until('the review item', () => review(discord));
    const maya = discord.as(MAYA);
    await maya.click({ channel: REVIEWS, message: item.id }, 'Approve');
    const yes = await maya.click({ private: true }, 'Approve');
    expect(yes.acked).toBe(true);
    await newcomer.until('the approval', () => said(review(discord)).includes('in production'));
    await newcomer.until('the answer', () => /R-\d+ is approved/.test(said(yes.shown())));
    const [target = 'nowhere'] = /production\/reports\/employment\/[0-9-]+/.exec(said(yes.shown())) ?? [];
    expect((await stat(join(folder.path, EXAMPLE_HOME, target, 'approval.flag'))).isFile()).toBe(true);

    // 5. And it answers.
    const asked = await maya.command('cowork status', {}, OPS);
    await newcomer.until('the status', () => said(asked.shown()).includes('On call:'));
    expect(await newcomer.stop()).toBe(0);
    expect(discord.amiss).toEqual([]);
  },
  600_000,
);
