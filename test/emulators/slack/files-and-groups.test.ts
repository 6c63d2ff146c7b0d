import { describe, expect, test } from 'vitest';
import { ANNA, BEN, codeOf, ELSEWHERE, OPS, workspace } from './sheet.ts';

const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

describe('a file', () => {
  test('can be drawn only when it is ready, and is ready after it was asked for', async () => {
    const { slack, client } = await workspace({ paced: false });
    await using _ = slack;
    const { files } = await client.filesUploadV2({ filename: 'roi.png', file: PNG, title: 'ROI', alt_text: 'Hours' });
    const id = files[0]?.files?.[0]?.id ?? '';
    expect(slack.files).toMatchObject([
      { id, name: 'roi.png', title: 'ROI', bytes: PNG, altText: 'Hours', channels: [] },
    ]);
    const image = { type: 'image' as const, alt_text: 'Hours', slack_file: { id } };
    const post = () => codeOf(client.chat.postMessage({ channel: OPS, text: 'ROI', blocks: [image] }));
    expect(await post()).toBe('invalid_blocks');
    slack.expectAmiss(/invalid slack file/);
    expect((await client.files.info({ file: id })).file?.mimetype).toBe('');
    expect((await client.files.info({ file: id })).file?.mimetype).toBe('image/png');
    expect(await post()).toBe('ok');
  });

  test('that is no picture is never drawn', async () => {
    const { slack, client } = await workspace();
    await using _ = slack;
    slack.workspace.filesNotReady = 0;
    const { files } = await client.filesUploadV2({ filename: 'a.csv', file: Buffer.from('a,b') });
    const id = files[0]?.files?.[0]?.id ?? '';
    const image = { type: 'image' as const, alt_text: 'A', slack_file: { id } };
    expect(await codeOf(client.chat.postMessage({ channel: OPS, text: 'A', blocks: [image] }))).toBe('invalid_blocks');
    slack.expectAmiss(/invalid slack file/);
  });

  test('is shared where the bot is, and nowhere else', async () => {
    const { slack, client } = await workspace();
    await using _ = slack;
    const { ts = '' } = await client.chat.postMessage({ channel: OPS, text: 'Run 42' });
    const given = { filename: 'a.csv', file: Buffer.from('a,b'), initial_comment: 'All of it' };
    await client.filesUploadV2({ ...given, channel_id: OPS, thread_ts: ts });
    expect(slack.thread(OPS, ts)).toMatchObject([{ text: 'All of it', files: [{ name: 'a.csv' }] }]);
    expect(await codeOf(client.filesUploadV2({ ...given, channel_id: ELSEWHERE }))).toBe('not_in_channel');
    const address = await client.files.getUploadURLExternal({ filename: 'a', length: 3 });
    const short = await fetch(address.upload_url ?? '', { method: 'POST', body: 'ab' });
    expect(short.status).toBe(400);
    slack.expectAmiss(/2 bytes came where 3 were announced/);
    const unfinished = { files: [{ id: address.file_id ?? '' }] as [{ id: string }] };
    expect(await codeOf(client.files.completeUploadExternal(unfinished))).toBe('file_upload_size_restricted');
  });

  test('is read with the token only', async () => {
    const { slack, client } = await workspace();
    await using _ = slack;
    slack.workspace.filesNotReady = 0;
    const { files } = await client.filesUploadV2({ filename: 'a.csv', file: Buffer.from('a,b') });
    const { file } = await client.files.info({ file: files[0]?.files?.[0]?.id ?? '' });
    const address = file?.url_private ?? '';
    expect((await fetch(address)).status).toBe(403);
    const answer = await fetch(address, { headers: { authorization: `Bearer ${slack.config.botToken}` } });
    expect(await answer.text()).toBe('a,b');
  });
});

describe('a user group', () => {
  const group = 'S0ONCALL01';
  const open = async () => {
    const here = await workspace();
    here.slack.addUserGroup({ id: group, handle: 'on-call', users: [ANNA] });
    const update = (users: string) => codeOf(here.client.usergroups.users.update({ usergroup: group, users }));
    return { ...here, update };
  };

  test('is replaced as a whole, never by nobody, a guest, a bot or a stranger', async () => {
    const { slack, client, update } = await open();
    await using _ = slack;
    expect(await update(BEN)).toBe('ok');
    expect(slack.userGroups.get(group)).toMatchObject({ users: [BEN] });
    expect(await update('')).toBe('no_users_provided');
    for (const other of ['U0GUEST001', 'U0ROBOT001', 'U0STRANGE1', 'U0GONE0001', 'U0NONE']) {
      expect(await update(`${ANNA},${other}`)).toBe('invalid_users');
    }
    expect(slack.userGroups.get(group)).toMatchObject({ users: [BEN] });
    expect((await client.usergroups.users.list({ usergroup: group })).users).toEqual([BEN]);
    expect(await codeOf(client.usergroups.users.list({ usergroup: 'S0NONE' }))).toBe('no_such_subteam');
  });

  test('is switched off and on', async () => {
    const { slack, client, update } = await open();
    await using _ = slack;
    await client.usergroups.disable({ usergroup: group });
    expect(await update(BEN)).toBe('subteam_disabled');
    expect((await client.usergroups.list({})).usergroups).toEqual([]);
    expect((await client.usergroups.list({ include_disabled: true })).usergroups).toMatchObject([
      { handle: 'on-call' },
    ]);
    await client.usergroups.enable({ usergroup: group });
    expect(await update(BEN)).toBe('ok');
  });

  test('needs a paid plan, and a workspace that lets bots', async () => {
    const { slack, update } = await open();
    await using _ = slack;
    slack.workspace.botsManageGroups = false;
    expect(await update(BEN)).toBe('permission_denied');
    slack.plan = 'free';
    expect(await update(BEN)).toBe('paid_teams_only');
  });
});

describe('whom a message calls', () => {
  test('is seen in what Slack parses and in leaves, not in plain text or behind entities', async () => {
    const { slack, client } = await workspace({ paced: false });
    await using _ = slack;
    const plain = { type: 'plain_text' as const, text: '<!channel> <@U0ANNA0001>' };
    await client.chat.postMessage({
      channel: OPS,
      text: '&lt;!channel&gt; @channel',
      blocks: [{ type: 'section', text: plain }],
    });
    expect(slack.pings(OPS)).toEqual([]);
    await client.chat.postMessage({
      channel: OPS,
      text: '<!here>',
      blocks: [
        { type: 'section', text: { type: 'mrkdwn', text: `<@${ANNA}> <!subteam^S0ONCALL01|on-call>` } },
        { type: 'rich_text', elements: [{ type: 'rich_text_section', elements: [{ type: 'user', user_id: BEN }] }] },
      ],
    });
    expect(slack.pings(OPS)).toEqual(['@here', ANNA, 'S0ONCALL01', BEN]);
  });
});

describe('a direct message', () => {
  test('goes to the person, whether it was opened or not', async () => {
    const { slack, client } = await workspace();
    await using _ = slack;
    await client.chat.postMessage({ channel: ANNA, text: 'For you' });
    const opened = await client.conversations.open({ users: ANNA });
    await client.chat.postMessage({ channel: opened.channel?.id ?? '', text: 'Again' });
    expect(slack.dms(ANNA).map(({ text }) => text)).toEqual(['For you', 'Again']);
    expect(await codeOf(client.conversations.open({ users: `${ANNA},${BEN}` }))).toBe('too_many_users');
    expect(slack.amiss).toEqual([]);
  });
});
