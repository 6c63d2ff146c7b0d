import { LogLevel, type WebClient } from '@slack/web-api';
import { describe, expect, test } from 'vitest';
import type { SlackEmulator } from './emulator.ts';
import type { Json } from './shapes.ts';
import { ANNA, BEN, clientOf, codeOf, ELSEWHERE, OPS, SECRET, workspace } from './sheet.ts';

type Try = [what: string, code: string, call: (client: WebClient, slack: SlackEmulator) => Promise<unknown>];

const text = 'Hello';
const blocks = [{ type: 'section', text: { type: 'plain_text', text: 'Hello' } }] as const;

const REFUSED: Try[] = [
  ['a post to nowhere', 'channel_not_found', (client) => client.chat.postMessage({ channel: 'C0NONE', text })],
  [
    'a post to a private channel without us',
    'channel_not_found',
    (client) => client.chat.postMessage({ channel: 'G0CLOSED01', text }),
  ],
  [
    'a post to an archived channel',
    'is_archived',
    (client) => client.chat.postMessage({ channel: 'C0OLD00001', text }),
  ],
  ['a post of nothing', 'no_text', (client) => client.apiCall('chat.postMessage', { channel: OPS })],
  [
    'a post to somebody who left',
    'user_disabled',
    (client) => client.chat.postMessage({ channel: 'U0GONE0001', text }),
  ],
  ['a post to a bot', 'cannot_dm_bot', (client) => client.chat.postMessage({ channel: 'U0ROBOT001', text })],
  [
    'a reply to nothing',
    'thread_not_found',
    (client) => client.chat.postMessage({ channel: OPS, text, thread_ts: '1.000001' }),
  ],
  [
    'blocks that are no list',
    'invalid_blocks_format',
    (client) => client.apiCall('chat.postMessage', { channel: OPS, text, blocks: '{' }),
  ],
  [
    'markdown beside a text',
    'markdown_text_conflict',
    (client) => client.apiCall('chat.postMessage', { channel: OPS, text, markdown_text: 'a' }),
  ],
  [
    'metadata without a type',
    'invalid_metadata_format',
    (client) => client.apiCall('chat.postMessage', { channel: OPS, text, metadata: { event_payload: {} } }),
  ],
  [
    'metadata of 2 kB',
    'metadata_too_large',
    (client) =>
      client.chat.postMessage({
        channel: OPS,
        text,
        metadata: { event_type: 'a', event_payload: { a: 'x'.repeat(2000) } },
      }),
  ],
  ['an edit of nothing', 'message_not_found', (client) => client.chat.update({ channel: OPS, ts: '1.000001', text })],
  [
    "an edit of somebody's",
    'cant_update_message',
    async (client, slack) => client.chat.update({ channel: OPS, ts: await slack.say(OPS, ANNA, 'Mine'), text }),
  ],
  [
    "a deletion of somebody's",
    'cant_delete_message',
    async (client, slack) => client.chat.delete({ channel: OPS, ts: await slack.say(OPS, ANNA, 'Mine') }),
  ],
  [
    'an edit of what only one sees',
    'message_not_found',
    async (client) => {
      const { message_ts: ts = '' } = await client.chat.postEphemeral({ channel: OPS, user: ANNA, text });
      return client.chat.update({ channel: OPS, ts, text });
    },
  ],
  [
    'a private word to somebody elsewhere',
    'user_not_in_channel',
    (client) => client.chat.postEphemeral({ channel: SECRET, user: BEN, text }),
  ],
  [
    'a private word where we are not',
    'not_in_channel',
    (client) => client.chat.postEphemeral({ channel: ELSEWHERE, user: BEN, text }),
  ],
  ['history where we are not', 'not_in_channel', (client) => client.conversations.history({ channel: ELSEWHERE })],
  [
    'replies to nothing',
    'thread_not_found',
    (client) => client.conversations.replies({ channel: OPS, ts: '1.000001' }),
  ],
  ['somebody who is not there', 'user_not_found', (client) => client.users.info({ user: 'U0NONE' })],
  [
    'an address that nobody has',
    'users_not_found',
    (client) => client.users.lookupByEmail({ email: 'x@acme.example' }),
  ],
  [
    'a trigger that was never given',
    'invalid_trigger_id',
    (client) =>
      client.views.open({
        trigger_id: 'x',
        view: { type: 'modal', title: { type: 'plain_text', text: 'A' }, blocks: [] },
      }),
  ],
  [
    'a view that is not there',
    'not_found',
    (client) =>
      client.views.update({
        view_id: 'V0NONE',
        view: { type: 'modal', title: { type: 'plain_text', text: 'A' }, blocks: [] },
      }),
  ],
  [
    'a home for a bot',
    'user_not_found',
    (client) => client.views.publish({ user_id: 'U0ROBOT001', view: { type: 'home', blocks: [] } }),
  ],
  ['a method that is not there', 'unknown_method', (client) => client.apiCall('chat.postTelegram', {})],
  ['a file that was not uploaded', 'file_not_found', (client) => client.files.info({ file: 'F0NONE' })],
];

describe('the Web API', () => {
  test.each(REFUSED)('refuses %s as %s', async (_what, code, call) => {
    const { slack, client } = await workspace();
    await using _ = slack;
    expect(await codeOf(call(client, slack))).toBe(code);
  });

  test('says where blocks are at fault, as the real client hands it on', async () => {
    const { slack, client } = await workspace();
    await using _ = slack;
    const given = [{ type: 'alert', text: { type: 'plain_text', text: 'Late' } }];
    const refusal = await client.apiCall('chat.postMessage', { channel: OPS, text, blocks: given }).then(
      () => null,
      (error: { data: Json }) => error.data,
    );
    expect(refusal).toMatchObject({
      error: 'invalid_blocks',
      response_metadata: { messages: ['[ERROR] alert is not supported on a message [json-pointer:/blocks/0/type]'] },
    });
    slack.expectAmiss(/invalid_blocks/);
    expect(slack.messages(OPS)).toEqual([]);
  });

  test('refuses more than 13,200 characters of blocks', async () => {
    const { slack, client } = await workspace();
    await using _ = slack;
    const long = Array.from({ length: 5 }, () => ({
      type: 'section' as const,
      text: { type: 'plain_text' as const, text: 'x'.repeat(2700) },
    }));
    expect(await codeOf(client.chat.postMessage({ channel: OPS, text, blocks: long }))).toBe('msg_blocks_too_long');
    slack.expectAmiss(/msg_blocks_too_long/);
  });

  test('takes a token for what it is', async () => {
    const { slack, client } = await workspace();
    await using _ = slack;
    const { workspace: inside } = slack;
    const tokens = [
      [clientOf(slack, {}, 'xoxb-none'), 'invalid_auth'],
      [clientOf(slack, {}, inside.tokens.app), 'not_allowed_token_type'],
    ] as const;
    for (const [other, code] of tokens) expect(await codeOf(other.auth.test())).toBe(code);
    expect(await codeOf(client.apps.connections.open({}))).toBe('not_allowed_token_type');
    slack.expectAmiss(/token of the wrong kind/);
    await slack.revoke();
    expect(await codeOf(client.auth.test())).toBe('token_revoked');
    await slack.revoke({ uninstall: true });
    expect(await codeOf(client.auth.test())).toBe('account_inactive');
    slack.restore();
    expect(await codeOf(client.auth.test())).toBe('ok');
  });

  test('names the scope that is missing, and tells which there are', async () => {
    const { slack, client } = await workspace({ scopes: ['chat:write', 'channels:read'] });
    await using _ = slack;
    const answer = await client.auth.test();
    expect(answer.response_metadata?.scopes).toEqual(['chat:write', 'channels:read']);
    const refusal = await client.users.info({ user: ANNA }).catch((error: { data: Json }) => error.data);
    expect(refusal).toMatchObject({
      error: 'missing_scope',
      needed: 'users:read',
      provided: 'chat:write,channels:read',
    });
    expect(await codeOf(client.conversations.info({ channel: OPS }))).toBe('ok');
    expect(await codeOf(client.conversations.info({ channel: SECRET }))).toBe('missing_scope');
    expect(await codeOf(client.chat.postMessage({ channel: ELSEWHERE, text }))).toBe('not_in_channel');
    slack.expectAmiss(/missing scope/);
    expect(slack.amiss).toEqual([]);
  });

  test('tells an address only to who may read addresses', async () => {
    const { slack, client } = await workspace();
    await using _ = slack;
    expect((await client.users.info({ user: ANNA })).user?.profile?.email).toBe('anna@acme.example');
    slack.workspace.scopes.delete('users:read.email');
    expect((await client.users.info({ user: ANNA })).user?.profile).not.toHaveProperty('email');
    expect(await codeOf(client.users.lookupByEmail({ email: 'anna@acme.example' }))).toBe('missing_scope');
  });

  test('keeps what an edit leaves out, and takes blocks away for an empty list', async () => {
    const { slack, client } = await workspace();
    await using _ = slack;
    const { ts = '' } = await client.chat.postMessage({ channel: OPS, text, blocks: [...blocks] });
    await client.chat.update({ channel: OPS, ts, text: 'Later' });
    expect(slack.messages(OPS)).toMatchObject([{ text: 'Later', blocks: [{ type: 'section' }], edited: 1 }]);
    await client.chat.update({ channel: OPS, ts, text: 'Later', blocks: [] });
    expect(slack.messages(OPS)[0]?.blocks).toEqual([]);
    await slack.archive(OPS);
    expect(await codeOf(client.chat.update({ channel: OPS, ts, text }))).toBe('is_inactive');
  });

  test('gives metadata back only on request', async () => {
    const { slack, client } = await workspace();
    await using _ = slack;
    const metadata = { event_type: 'cowork', event_payload: { token: 'a' } };
    await client.chat.postMessage({ channel: OPS, text, metadata });
    expect((await client.conversations.history({ channel: OPS })).messages?.[0]).not.toHaveProperty('metadata');
    const all = await client.conversations.history({ channel: OPS, include_all_metadata: true });
    expect(all.messages?.[0]).toMatchObject({ metadata });
  });

  test('gives history newest first, in pages, without replies; a thread with its parent first', async () => {
    const { slack, client } = await workspace({ paced: false });
    await using _ = slack;
    const { ts = '' } = await client.chat.postMessage({ channel: OPS, text: 'one' });
    await client.chat.postMessage({ channel: OPS, text: 'two' });
    await client.chat.postMessage({ channel: OPS, text: 'reply', thread_ts: ts });
    const first = await client.conversations.history({ channel: OPS, limit: 1 });
    expect(first.messages?.map((one) => one.text)).toEqual(['two']);
    const cursor = first.response_metadata?.next_cursor ?? '';
    const second = await client.conversations.history({ channel: OPS, limit: 1, cursor });
    expect(second.messages).toMatchObject([{ text: 'one', reply_count: 1 }]);
    const after = await client.conversations.history({ channel: OPS, oldest: ts });
    expect(after.messages?.map((one) => one.text)).toEqual(['two']);
    const thread = await client.conversations.replies({ channel: OPS, ts });
    expect(thread.messages?.map((one) => one.text)).toEqual(['one', 'reply']);
    expect(slack.thread(OPS, ts)).toMatchObject([{ text: 'reply' }]);
  });

  test('refuses the sixth post at once, and takes one more each second', async () => {
    const { slack, clock, client } = await workspace();
    await using _ = slack;
    const post = () => codeOf(client.chat.postMessage({ channel: OPS, text }));
    for (let count = 0; count < 5; count += 1) expect(await post()).toBe('ok');
    expect(await post()).toBe('429 after 1');
    expect(await codeOf(client.chat.postMessage({ channel: SECRET, text }))).toBe('ok');
    slack.expectAmiss(/over the pace in C0OPS00001/);
    clock.put(1000);
    expect(await post()).toBe('ok');
  });

  test('counts by tiers where asked to', async () => {
    const { slack, client } = await workspace({ tiers: true });
    await using _ = slack;
    const list = () => codeOf(client.users.list({}));
    for (let count = 0; count < 20; count += 1) expect(await list()).toBe('ok');
    expect(await list()).toBe('429 after 3');
    slack.expectAmiss(/users.list: over the pace/);
  });

  test('fails as it is told to: before the write, after it, and otherwise', async () => {
    const { slack } = await workspace();
    await using _ = slack;
    const client = clientOf(slack, { logLevel: LogLevel.ERROR });
    const post = () => codeOf(client.chat.postMessage({ channel: OPS, text }));
    slack.fault('chat.postMessage', { kind: 'drop_call' });
    expect(await post()).toBe('slack_webapi_request_error');
    expect(slack.messages(OPS)).toHaveLength(0);
    slack.fault('chat.postMessage', { kind: 'drop_answer' });
    expect(await post()).toBe('slack_webapi_request_error');
    expect(slack.messages(OPS)).toHaveLength(1);
    slack.fault('chat.postMessage', { kind: 'hang' });
    const impatient = clientOf(slack, { logLevel: LogLevel.ERROR, timeout: 200 });
    expect(await codeOf(impatient.chat.postMessage({ channel: OPS, text }))).toBe('slack_webapi_request_error');
    slack.fault('chat.postMessage', { kind: 'http500' });
    expect(await post()).toBe('slack_webapi_http_error');
    slack.fault('chat.postMessage', { kind: 'rate', afterMs: 60_000, channel: OPS });
    expect(await codeOf(client.chat.postMessage({ channel: SECRET, text }))).toBe('ok');
    expect(await post()).toBe('429 after 60');
    slack.fault('chat.postMessage', { kind: 'error', error: 'restricted_action', times: 2 });
    expect([await post(), await post(), await post()]).toEqual(['restricted_action', 'restricted_action', 'ok']);
    slack.away(true);
    expect(await post()).toBe('slack_webapi_request_error');
    slack.away(false);
    expect(await post()).toBe('ok');
    expect(slack.amiss).toEqual([]);
  });
});
