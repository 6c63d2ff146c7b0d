import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { upload, uploadPatienceMs } from '#src/chat/slack/deliver/upload.ts';
import type { Slack } from '#src/chat/slack/slack.ts';

let status = 200;
const taken: Buffer[] = [];
const server = createServer(async (request, response) => {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  taken.push(Buffer.concat(parts));
  if (status === 0) response.destroy();
  else response.writeHead(status).end('OK');
});
beforeEach(() => new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve)));
afterEach(() => {
  server.closeAllConnections();
  return new Promise<unknown>((resolve) => server.close(resolve));
});

const kit = (): Pick<Slack, 'clients'> => {
  const { port } = server.address() as AddressInfo;
  const answer = { ok: true, upload_url: `http://127.0.0.1:${port}/upload/secret`, file_id: 'F1' };
  const later = { files: { getUploadURLExternal: async () => answer } };
  return { clients: { later } as unknown as Slack['clients'] };
};

test('a large file has far longer than any other call to get there', () => {
  expect(uploadPatienceMs(20 * 1024 * 1024)).toBeGreaterThan(10 * 60_000);
  expect(uploadPatienceMs(1)).toBeGreaterThan(10_000);
});

test('the bytes arrive as they are, and the file is known by its id', async () => {
  status = 200;
  const bytes = Buffer.from([0, 255, 13, 10, 128]);
  expect(await upload(kit(), { name: 'a.bin' }, bytes)).toEqual({ id: 'F1', title: 'a.bin' });
  expect(taken.at(-1)).toEqual(bytes);
});

test.each([
  [500, 'a.bin did not get to Slack (HTTP 500).'],
  [0, 'a.bin did not get to Slack (no connection).'],
])('where it does not get there (%i), that is said without the address', async (given, words) => {
  status = given;
  await expect(upload(kit(), { name: 'a.bin' }, Buffer.from('x'))).rejects.toMatchObject({
    code: 'unavailable',
    message: words,
  });
});
