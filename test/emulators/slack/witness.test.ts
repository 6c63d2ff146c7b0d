import { LogLevel, WebClient } from '@slack/web-api';
import { createEmulator } from 'emulate';
import { expect, test } from 'vitest';
import { startSlack } from './emulator.ts';
import { EVERYTHING } from './sheet.ts';

type Answer = Record<string, unknown>;

/** What is asked of both, by the same real client; each with what one before it answered. */
const CALLS: [name: string, call: (client: WebClient, known: Known) => Promise<unknown>][] = [
  ['auth.test', (client) => client.auth.test()],
  ['conversations.list', (client) => client.conversations.list({})],
  ['conversations.info', (client, { channel }) => client.conversations.info({ channel })],
  ['conversations.members', (client, { channel }) => client.conversations.members({ channel })],
  ['conversations.open', (client, { anna }) => client.conversations.open({ users: anna })],
  ['users.info', (client, { anna }) => client.users.info({ user: anna })],
  ['users.lookupByEmail', (client) => client.users.lookupByEmail({ email: 'anna@acme.example' })],
  ['users.list', (client) => client.users.list({})],
  ['chat.postMessage', (client, { channel }) => client.chat.postMessage({ channel, text: 'Hello', blocks: BLOCKS })],
  [
    'chat.postMessage in a thread',
    (client, { channel, ts }) => client.chat.postMessage({ channel, text: 'Below', thread_ts: ts }),
  ],
  ['chat.update', (client, { channel, ts }) => client.chat.update({ channel, ts, text: 'Later' })],
  [
    'chat.postEphemeral',
    (client, { channel, anna }) => client.chat.postEphemeral({ channel, user: anna, text: 'You' }),
  ],
  ['chat.getPermalink', (client, { channel, ts }) => client.chat.getPermalink({ channel, message_ts: ts })],
  [
    'conversations.history',
    (client, { channel }) => client.conversations.history({ channel, include_all_metadata: true }),
  ],
  ['conversations.replies', (client, { channel, ts }) => client.conversations.replies({ channel, ts })],
  [
    'views.publish',
    (client, { anna }) => client.views.publish({ user_id: anna, view: { type: 'home', blocks: BLOCKS } }),
  ],
  [
    'files upload',
    (client, { channel }) => client.filesUploadV2({ channel_id: channel, filename: 'a.png', file: PNG, title: 'A' }),
  ],
  ['chat.delete', (client, { channel, ts }) => client.chat.delete({ channel, ts })],
];

const REFUSED: [name: string, call: (client: WebClient, known: Known) => Promise<unknown>][] = [
  ['an unknown channel', (client) => client.chat.postMessage({ channel: 'C0NONE0001', text: 'Hello' })],
  ['a post of nothing', (client, { channel }) => client.apiCall('chat.postMessage', { channel, text: '' })],
  ['an edit of nothing', (client, { channel }) => client.chat.update({ channel, ts: '1.000001', text: 'Later' })],
  ['an unknown user', (client) => client.users.info({ user: 'U0NONE0001' })],
  ['an unknown address', (client) => client.users.lookupByEmail({ email: 'nobody@acme.example' })],
];

const BLOCKS = [{ type: 'section' as const, text: { type: 'plain_text' as const, text: 'Hello' } }];
const PNG = Buffer.from('89504e470d0a1a0a', 'hex');

interface Known {
  channel: string;
  anna: string;
  ts: string;
}

/** Every field and its type, of a list the first entry: `channel.topic.value` → `string`. */
function shapeOf(value: unknown, path = ''): Map<string, string> {
  if (Array.isArray(value)) return value.length === 0 ? new Map() : shapeOf(value[0], `${path}[]`);
  if (typeof value !== 'object' || value === null) return new Map([[path, value === null ? 'null' : typeof value]]);
  const below = Object.entries(value).flatMap(([key, inside]) => [...shapeOf(inside, path ? `${path}.${key}` : key)]);
  return new Map(below);
}

/** All calls, one after the other, with what each was answered. */
async function askAll(client: WebClient, calls: typeof CALLS): Promise<Map<string, Answer>> {
  const list = await client.conversations.list({});
  const people = await client.users.list({});
  const known: Known = {
    channel: list.channels?.find(({ name }) => name === 'ops')?.id ?? '',
    anna: people.members?.find(({ name }) => name === 'anna')?.id ?? '',
    ts: '',
  };
  const answers = new Map<string, Answer>();
  for (const [name, call] of calls) {
    const answer = (await call(client, known).catch(
      (error: { data?: Answer }) => error.data ?? { error: String(error) },
    )) as Answer;
    if (name === 'chat.postMessage') known.ts = String(answer.ts);
    answers.set(name, answer);
  }
  return answers;
}

async function outsider(): Promise<{ client: WebClient; close(): Promise<void> }> {
  const users = [{ name: 'anna', real_name: 'Anna Berg', email: 'anna@acme.example' }, { name: 'ben' }];
  const emulator = await createEmulator({
    service: 'slack',
    port: 0,
    hostname: '127.0.0.1',
    seed: {
      tokens: { 'xoxb-outside': { login: 'ben' } },
      slack: { team: { name: 'Acme', domain: 'acme' }, users, channels: [{ name: 'ops' }], bots: [{ name: 'cowork' }] },
    },
  });
  // It names itself localhost, which need not be the address that it listens on.
  const here = (url: string) => url.replace('//localhost:', '//127.0.0.1:');
  const client = new WebClient('xoxb-outside', {
    slackApiUrl: `${here(emulator.url)}/api/`,
    retryConfig: { retries: 0 },
    logLevel: LogLevel.ERROR,
    fetch: (url, init) => fetch(here(String(url)), init as RequestInit),
  });
  return { client, close: () => emulator.close() };
}

async function ours(): Promise<{ client: WebClient; close(): Promise<void> }> {
  const slack = await startSlack(EVERYTHING);
  slack.addUser({ id: 'U0ANNA0001', name: 'anna', realName: 'Anna Berg', email: 'anna@acme.example' });
  slack.addChannel({ id: 'C0OPS00001', name: 'ops', members: ['U0ANNA0001'] });
  const client = new WebClient(slack.config.botToken, {
    slackApiUrl: slack.url,
    retryConfig: { retries: 0 },
    logLevel: LogLevel.ERROR,
  });
  return { client, close: () => slack[Symbol.asyncDispose]() };
}

async function both(calls: typeof CALLS): Promise<[Map<string, Answer>, Map<string, Answer>]> {
  const [one, other] = [await ours(), await outsider()];
  try {
    return [await askAll(one.client, calls), await askAll(other.client, calls)];
  } finally {
    await one.close();
    await other.close();
  }
}

/**
 * Fields that we leave out: who is in a thread is not said in the answer to an edit, a file that is not ready is shared
 * nowhere yet, and our list of people begins with the bot, which has no address.
 */
const LEFT_OUT = /^chat\.update message\.(reply_|latest_)|\.shares\.|^users\.list members\[\]\.profile\.email$/;

test('answers have the fields and types that an emulator of somebody else gives them', async () => {
  const [mine, theirs] = await both(CALLS);
  const missing: string[] = [];
  const differing: string[] = [];
  for (const [name, answer] of theirs) {
    expect([name, mine.get(name)?.ok, answer.ok]).toEqual([name, true, true]);
    const [own, other] = [shapeOf(mine.get(name)), shapeOf(answer)];
    for (const [path, type] of other) {
      if (!own.has(path)) missing.push(`${name} ${path}`);
      else if (own.get(path) !== type) differing.push(`${name} ${path}: ${own.get(path)}, not ${type}`);
    }
  }
  expect(missing.filter((path) => !LEFT_OUT.test(path))).toEqual([]);
  expect(differing).toEqual([]);
});

test('refusals have the codes that an emulator of somebody else gives them', async () => {
  const [mine, theirs] = await both(REFUSED);
  const codes = (answers: Map<string, Answer>) => [...answers].map(([name, { error }]) => [name, error]);
  expect(codes(mine)).toEqual(codes(theirs));
});
