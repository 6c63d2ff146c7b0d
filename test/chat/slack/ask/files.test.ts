import { createHash } from 'node:crypto';
import { open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { RecordedFile } from '#commands/command.ts';
import { handOverFiles } from '#src/chat/slack/ask/files.ts';
import { viewText } from '#src/message/plain.ts';
import { type MessageView, plainView } from '#src/message/view.ts';
import { IDS, PATIENCE, Stand } from '#test/chat/slack/receive/stand.ts';

const HERE = { now: new Date(0), zone: 'utc' };
let stand: Stand;
const said: string[] = [];
beforeEach(async () => {
  stand = await Stand.open();
  said.length = 0;
});
afterEach(() => stand[Symbol.asyncDispose]());

const words = (view: MessageView) => viewText(view, HERE).replace(/\s+/g, ' ');
const say = async (view: MessageView) => said.push(words(view));
const sent = () => stand.slack.files.filter(({ complete }) => complete).map(({ name }) => name);

/** A file of the record; `first` is waited for before it is opened. */
async function file(name: string, text: string, first: () => Promise<void> = async () => {}): Promise<RecordedFile> {
  const path = join(stand.stage.root, name);
  await writeFile(path, text);
  const sha256 = createHash('sha256').update(text).digest('hex');
  return { name, bytes: text.length, sha256, open: () => first().then(() => open(path)) };
}

const handOver = async (attachments: readonly RecordedFile[]) => {
  const view = plainView('ok', [`${attachments.length} files of R-1.`]);
  const answer = { view, json: null, exit: 0, attachments } as const;
  return words((await handOverFiles(stand.opened.slack, IDS.ana, answer, say)).view);
};

test('files that take long are said to be on their way, and those that do not are not', async () => {
  expect(await handOver([await file('a.md', 'one')])).toContain('it is in your direct messages with this bot.');
  expect(said).toEqual([]);
  let go = () => {};
  const gate = new Promise<void>((opened) => {
    go = opened;
  });
  let asked = false;
  const slow = await file('b.md', 'two', () => {
    asked = true;
    return gate;
  });
  const done = handOver([slow, await file('c.md', 'three')]);
  await vi.waitFor(() => expect(asked).toBe(true), PATIENCE);
  await stand.stage.ground.clock.advance(3000);
  await vi.waitFor(() => expect(said).toHaveLength(1), PATIENCE);
  expect(said[0]).toContain(
    'they are on their way, and will be in your direct messages with this bot. ' +
      'If they are not there in a quarter of an hour, ask again.',
  );
  expect(sent()).toEqual(['a.md']);
  go();
  expect(await done).toContain('all are in your direct messages with this bot.');
  expect(sent()).toEqual(['a.md', 'b.md', 'c.md']);
  expect(said).toHaveLength(1);
});

test('no file is opened before the one ahead of it is out of memory; what is too large is not opened at all', async () => {
  const uploaded: number[] = [];
  const note = async () => void uploaded.push(stand.slack.files.length);
  const huge = { ...(await file('huge.bin', 'x', note)), bytes: 51 * 1_048_576 };
  const told = await handOver([await file('a.md', 'one', note), huge, await file('b.md', 'two', note)]);
  expect(uploaded).toEqual([0, 1]);
  expect(told).toContain('2 are in your direct messages with this bot.');
  expect(told).toContain('huge.bin is larger than this bot sends (50 MiB).');
  expect(sent()).toEqual(['a.md', 'b.md']);
});

test('a conversation that was noted for an older bot is forgotten; where there is none, that is said', async () => {
  const noted = stand.stage.db
    .insertInto('chat_directs')
    .values({ platform: 'slack', sender: IDS.ana, channel: 'D0OLDBOT', opened_at: new Date(0) });
  await noted.execute();
  expect(await handOver([await file('a.md', 'one')])).toContain('it is in your direct messages with this bot.');
  expect(stand.slack.dms(IDS.ana).at(-1)?.files).toHaveLength(1);
  stand.slack.fault('files.completeUploadExternal', { kind: 'error', error: 'channel_not_found', times: 2 });
  const told = await handOver([await file('a.md', 'one')]);
  expect(told).toContain('Slack has no conversation of this bot with you; open the app under Apps in Slack');
  expect(told).toContain('Nothing was sent.');
  expect(told).not.toContain('/invite');
});
