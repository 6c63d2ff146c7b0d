import { describe, expect, test } from 'vitest';
import { connectedApp } from './connected.ts';
import { ANNA, BEN, OPS, SECRET, workspace } from './sheet.ts';

const plain = (text: string) => ({ type: 'plain_text' as const, text });

const BLOCKS = [
  { type: 'section' as const, text: plain('Run 42 is done') },
  {
    type: 'actions' as const,
    block_id: 'row',
    elements: [
      {
        type: 'button' as const,
        action_id: 'approve',
        text: plain('Approve'),
        value: '42',
        confirm: { title: plain('Approve?'), text: plain('It goes out') },
      },
      { type: 'button' as const, action_id: 'look1', text: plain('Look'), accessibility_label: 'Look at run 42' },
      { type: 'button' as const, action_id: 'look2', text: plain('Look'), accessibility_label: 'Look at run 43' },
      {
        type: 'overflow' as const,
        action_id: 'more',
        options: [
          { text: plain('Snooze'), value: 'snooze' },
          { text: plain('Reject'), value: 'reject' },
        ],
      },
    ],
  },
];

/** A message with buttons, and a bare app that notes what comes and acknowledges it. */
async function stage() {
  const { slack, clock, client } = await workspace({ paced: false });
  const app = await connectedApp(slack);
  // biome-ignore lint/suspicious/noExplicitAny: payloads as they came, asserted on below
  const seen: any[] = [];
  app.action(/.*/, async ({ ack, body }) => {
    seen.push(body);
    await ack();
  });
  const { ts = '' } = await client.chat.postMessage({ channel: OPS, text: 'Run 42', blocks: BLOCKS });
  const answer = (body: object, address: string = seen.at(-1).response_url) =>
    fetch(address, { method: 'POST', body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });
  return {
    slack,
    clock,
    client,
    app,
    seen,
    at: { channel: OPS, ts },
    anna: slack.as(ANNA),
    answer,
    async [Symbol.asyncDispose]() {
      await app[Symbol.asyncDispose]();
      await slack[Symbol.asyncDispose]();
    },
  };
}

describe('a click', () => {
  test('brings what Slack brings: who, where, what and a way to answer', async () => {
    await using here = await stage();
    expect(await here.anna.click(here.at, 'Approve')).toMatchObject({ acked: true });
    expect(here.seen[0]).toMatchObject({
      type: 'block_actions',
      user: { id: ANNA, username: 'anna', name: 'anna', team_id: here.slack.team.id },
      team: { id: here.slack.team.id, domain: 'acme' },
      enterprise: null,
      is_enterprise_install: false,
      api_app_id: here.slack.workspace.app,
      channel: { id: OPS, name: 'ops' },
      container: { type: 'message', message_ts: here.at.ts, channel_id: OPS, is_ephemeral: false },
      message: { ts: here.at.ts, bot_id: here.slack.bot, text: 'Run 42', blocks: [{}, { block_id: 'row' }] },
      trigger_id: expect.any(String),
      response_url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+\/actions\//),
      actions: [{ action_id: 'approve', block_id: 'row', type: 'button', value: '42', action_ts: expect.any(String) }],
    });
  });

  test('on an overflow says which option', async () => {
    await using here = await stage();
    await here.anna.click(here.at, 'Snooze');
    expect(here.seen[0].actions).toMatchObject([{ type: 'overflow', selected_option: { value: 'snooze' } }]);
    expect(here.seen[0].actions[0]).not.toHaveProperty('value');
  });

  test('may be changed on its way, as a forged or an older payload', async () => {
    await using here = await stage();
    await here.anna.click(here.at, 'Approve', { user: { id: 'U0NOBODY01' }, extra: true });
    expect(here.seen[0]).toMatchObject({ user: { id: 'U0NOBODY01' }, extra: true });
  });

  test('is possible only on what this person has before them', async () => {
    await using here = await stage();
    const { anna, at, slack } = here;
    await expect(anna.click(at, 'Delete')).rejects.toThrow('no button "Delete" stands here; there are: Approve');
    await expect(anna.click(at, 'Look')).rejects.toThrow('2 buttons "Look" stand here');
    expect(await anna.click(at, 'Look at run 43')).toMatchObject({ payload: { actions: [{ action_id: 'look2' }] } });
    expect(await anna.click({ ...at, nth: 0 }, 'Look')).toMatchObject({
      payload: { actions: [{ action_id: 'look1' }] },
    });
    const hidden = await here.client.chat.postMessage({ channel: SECRET, text: 'Run 42', blocks: BLOCKS });
    await expect(slack.as(BEN).click({ channel: SECRET, ts: hidden.ts ?? '' }, 'Approve')).rejects.toThrow('is not in');
    await expect(anna.click({ modal: true }, 'Approve')).rejects.toThrow('no modal open');
    await expect(anna.click({ home: true }, 'Approve')).rejects.toThrow('no home yet');
    await expect(anna.click({ ephemeral: true }, 'Approve')).rejects.toThrow('told nothing privately');
    await slack.deleteMessage(OPS, at.ts, ANNA);
    await expect(anna.click(at, 'Approve')).rejects.toThrow('no message');
    expect(() => slack.as('U0NONE')).toThrow('is no user');
  });

  test('of a stranger carries their own workspace', async () => {
    await using here = await stage();
    await here.slack.invite(OPS, 'U0STRANGE1');
    await here.slack.as('U0STRANGE1').click(here.at, 'Approve');
    expect(here.seen[0]).toMatchObject({ user: { team_id: 'T0OTHER001' }, team: { id: here.slack.team.id } });
  });
});

describe('an answering address', () => {
  test('takes five answers, and none after half an hour', async () => {
    await using here = await stage();
    await here.anna.click(here.at, 'Approve');
    for (let count = 0; count < 5; count += 1) expect((await here.answer({ text: 'Approved' })).status).toBe(200);
    expect((await here.answer({ text: 'Approved' })).status).toBe(404);
    here.slack.expectAmiss(/used_up/);
    expect(here.slack.ephemerals(ANNA)).toHaveLength(5);
    await here.anna.click(here.at, 'Approve');
    here.clock.put(30 * 60_000 + 1);
    expect((await here.answer({ text: 'Approved' })).status).toBe(404);
    here.slack.expectAmiss(/expired/);
  });

  test('replaces and deletes what was clicked, public or private', async () => {
    await using here = await stage();
    const { slack, anna } = here;
    await here.client.chat.postEphemeral({ channel: OPS, user: ANNA, text: 'Sure?', blocks: BLOCKS });
    await anna.click({ ephemeral: true }, 'Approve');
    expect(here.seen[0]).toMatchObject({ container: { is_ephemeral: true } });
    expect(here.seen[0]).not.toHaveProperty('message');
    await here.answer({ text: 'Done', replace_original: true });
    expect(slack.ephemerals(ANNA)).toMatchObject([{ text: 'Done', blocks: [] }]);
    await here.answer({ delete_original: true });
    expect(slack.ephemerals(ANNA)).toEqual([]);
    await anna.click(here.at, 'Approve');
    await here.answer({ text: 'Approved by Anna', replace_original: true });
    expect(slack.messages(OPS)).toMatchObject([{ text: 'Approved by Anna', edited: 1 }]);
    await here.answer({ response_type: 'in_channel', text: 'All saw it' });
    await here.answer({ delete_original: true });
    expect(slack.messages(OPS)).toMatchObject([{ text: 'All saw it' }]);
    expect(slack.ephemerals(BEN)).toEqual([]);
  });

  test('takes no blocks that a message would not', async () => {
    await using here = await stage();
    await here.anna.click(here.at, 'Approve');
    const refused = await here.answer({ text: 'A', blocks: [{ type: 'alert', text: plain('A') }] });
    expect([refused.status, await refused.json()]).toMatchObject([400, { error: 'invalid_blocks' }]);
    here.slack.expectAmiss(/response_url: invalid_blocks/);
  });

  test('breaks as a story says', async () => {
    await using here = await stage();
    await here.anna.click(here.at, 'Approve');
    here.slack.fault('response_url', { kind: 'http500' });
    expect((await here.answer({ text: 'A' })).status).toBe(500);
    expect(here.slack.ephemerals(ANNA)).toEqual([]);
  });
});

describe('a command', () => {
  test('comes with names as ids, and its acknowledgement is the answer', async () => {
    await using here = await stage();
    const seen: unknown[] = [];
    here.app.command('/cowork', async ({ ack, command }) => {
      seen.push(command);
      await ack({ response_type: 'in_channel', text: 'Given' });
    });
    await here.anna.command('assign R-42 @ben in #ops because 3 > 2 & so on', OPS);
    expect(seen[0]).toMatchObject({
      command: '/cowork',
      text: `assign R-42 <@${BEN}|ben> in <#${OPS}|ops> because 3 &gt; 2 &amp; so on`,
      user_id: ANNA,
      user_name: 'anna',
      team_id: here.slack.team.id,
      channel_id: OPS,
      channel_name: 'ops',
      is_enterprise_install: 'false',
    });
    expect(here.slack.messages(OPS).at(-1)).toMatchObject({ text: 'Given' });
    await here.anna.command('status', SECRET);
    expect(seen[1]).toMatchObject({ channel_name: 'privategroup' });
  });

  test('and shortcuts are there as the manifest says', async () => {
    const manifest = {
      features: {
        app_home: { home_tab_enabled: false, messages_tab_read_only_enabled: true },
        slash_commands: [{ command: '/ops', should_escape: false }],
        shortcuts: [{ callback_id: 'what_happened', type: 'message' }],
      },
      oauth_config: { scopes: { bot: ['chat:write', 'commands'] } },
      settings: { event_subscriptions: { bot_events: ['app_home_opened'] } },
    };
    const { slack, client } = await workspace({ manifest });
    await using _ = slack;
    await using app = await connectedApp(slack);
    const seen: unknown[] = [];
    app.command('/ops', async ({ ack, command }) => {
      seen.push(command.text);
      await ack();
    });
    app.shortcut('what_happened', async ({ ack, body }) => {
      seen.push(body);
      await ack();
    });
    const anna = slack.as(ANNA);
    await anna.command('@ben & co', OPS);
    const { ts = '' } = await client.chat.postMessage({ channel: OPS, text: 'Run 42' });
    await anna.messageShortcut('what_happened', OPS, ts);
    expect(seen).toMatchObject(['@ben & co', { type: 'message_action', message_ts: ts, message: { text: 'Run 42' } }]);
    const direct = slack.workspace.im(ANNA).id;
    await expect(anna.command('status', direct)).rejects.toThrow('turned off');
    await expect(anna.globalShortcut('run_workflow')).rejects.toThrow('the manifest has no global shortcut');
    expect(await slack.archive(OPS)).toBeNull();
  });
});

describe('what happens to channels and to the app', () => {
  test('is told by events, where the bot may hear it', async () => {
    await using here = await stage();
    const { slack } = here;
    const seen: string[] = [];
    for (const type of [
      'channel_archive',
      'channel_unarchive',
      'channel_left',
      'group_left',
      'tokens_revoked',
      'app_uninstalled',
    ] as const) {
      here.app.event(type, async ({ event }) => {
        seen.push(event.type);
      });
    }
    here.app.event('member_joined_channel', async ({ event }) => {
      seen.push(`joined ${event.user}`);
    });
    here.app.event('message', async ({ event }) => {
      seen.push(`message ${event.subtype ?? ''}`);
    });
    const ts = await slack.say(OPS, BEN, 'Hello');
    await slack.deleteMessage(OPS, ts, BEN);
    await slack.archive(OPS);
    await slack.unarchive(OPS);
    await slack.kick(OPS);
    await slack.say(OPS, BEN, 'Nobody hears');
    await slack.invite(OPS);
    await slack.kick(SECRET);
    await slack.revoke({ uninstall: true });
    await expect
      .poll(() => seen)
      .toEqual([
        'message ',
        'message message_deleted',
        'channel_archive',
        'channel_unarchive',
        'channel_left',
        `joined ${slack.botUser}`,
        'group_left',
        'tokens_revoked',
        'app_uninstalled',
      ]);
    expect(slack.amiss).toEqual([]);
  });
});
