import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { type SlackEmulator, startSlack } from '#test/emulators/slack/emulator.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { freePort, EXAMPLE_HOME as HOME, Newcomer } from './newcomer.ts';

const review = (slack: SlackEmulator) =>
  slack.messages('C0REVIEWS').find(({ text }) => text.includes('US employment brief'));

test.each(['socket', 'http'] as const)(
  'from nothing to the first approved review item, as docs/slack.md says it (%s mode)',
  async (mode) => {
    await using folder = await tempFolder('cowork-story-');
    await using newcomer = new Newcomer(folder.path);
    const port = await freePort();

    // 1. The app, from the manifest; the workspace grants exactly what it asks for.
    const address = mode === 'http' ? ['--http', 'https://ops.example.org/'] : [];
    const manifest = JSON.parse((await newcomer.run('manifest', 'slack', ...address)).out);
    expect(manifest.settings.socket_mode_enabled).toBe(mode === 'socket');
    await using slack = await startSlack({ mode, manifest, patienceMs: 60_000 });
    if (mode === 'http') slack.eventsUrl = `http://127.0.0.1:${port}/slack/events`;
    slack.addUser({ id: 'U0MAYA', name: 'maya' });
    slack.addChannel({ id: 'C0OPS', name: 'cowork-ops', members: ['U0MAYA'] });
    slack.addChannel({ id: 'C0REVIEWS', name: 'reviews', members: ['U0MAYA'], bot: false });

    // 2. The tokens in .env, two of them swapped first.
    const { SLACK_BOT_TOKEN = '', SLACK_APP_TOKEN, ...others } = slack.env;
    const env = { ...slack.env, PORT: port };
    if (SLACK_APP_TOKEN !== undefined) {
      await newcomer.dotEnv({ ...others, SLACK_BOT_TOKEN: SLACK_APP_TOKEN, SLACK_APP_TOKEN: SLACK_BOT_TOKEN });
      const swapped = await newcomer.doctor();
      expect(swapped.fails).toHaveLength(2);
      expect(swapped.fails[0]).toContain('belongs in SLACK_APP_TOKEN');
      expect(swapped.out).not.toContain(SLACK_BOT_TOKEN);
    }
    await newcomer.dotEnv(mode === 'http' ? { ...env, PUBLIC_URL: `https://localhost:${port}/` } : env);

    // 3. Channels and people in cowork.yaml; doctor says what is still missing.
    const before = await newcomer.doctor();
    expect(before.fails).toEqual([expect.stringContaining('nobody in cowork.yaml has a Slack id')]);
    await newcomer.edit(`${HOME}/cowork.yaml`, {
      'cowork-ops: []': 'cowork-ops: [slack:C0OPS]',
      'reviews: []': 'reviews: [slack:C0REVIEWS]',
      'maya: { name: Maya Lindt,': 'maya: { name: Maya Lindt, slack: U0MAYA,',
    });
    const uninvited = await newcomer.doctor();
    expect(uninvited.code).toBe(1);
    expect(uninvited.fails).toEqual([expect.stringContaining('Type /invite @cowork in it.')]);
    await slack.invite('C0REVIEWS');
    expect((await newcomer.doctor()).fails).toEqual([]);

    // 4. Start, and the first review item is there.
    newcomer.start();
    const item = await newcomer.until('the review item', () => review(slack));
    const how = mode === 'http' ? 'HTTP at /slack/events' : 'Socket Mode';
    await newcomer.until('the word that Slack is on', () =>
      newcomer.said.includes(`Slack is on: ${how}, workspace Acme.`),
    );
    const maya = slack.as('U0MAYA');
    expect(await maya.click({ channel: 'C0REVIEWS', ts: item.ts }, /^Approve/)).toMatchObject({ acked: true });
    await newcomer.until('the approval', () => review(slack)?.text.includes('in production'));
    expect(slack.ephemerals('U0MAYA').at(-1)?.text).toMatch(/^R-\d+ is approved\./);
    const [target] =
      /production\/reports\/employment\/[0-9-]+/.exec(slack.ephemerals('U0MAYA').at(-1)?.text ?? '') ?? [];
    expect((await stat(join(folder.path, HOME, target ?? 'nowhere', 'approval.flag'))).isFile()).toBe(true);

    // 5. And it answers.
    await maya.command('status', 'C0OPS');
    await newcomer.until('the status', () => slack.ephemerals('U0MAYA').some(({ text }) => text.includes('On call:')));
    expect(await newcomer.stop()).toBe(0);
    expect(slack.amiss).toEqual([]);
  },
  600_000,
);
