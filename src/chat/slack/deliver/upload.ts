import { CoworkError } from '../../../errors.ts';
import { post } from '../connect/post.ts';
import type { Slack } from '../slack.ts';

/** What any call may take, and besides what the bytes take over a line as slow as people have them. */
const LEAST_MS = 15_000;
const BYTES_PER_MS = 25;

/** How long an upload of so many bytes may take, in milliseconds: 20 MB in some fourteen minutes. */
export const uploadPatienceMs = (bytes: number): number => LEAST_MS + Math.ceil(bytes / BYTES_PER_MS);

/** A file that Slack has and shows to nobody yet. */
export interface Uploaded {
  id: string;
  title: string;
}

interface Named {
  name: string;
  /** What people read above it; the name unless given. */
  title?: string;
  /** Of a picture: what is to be seen, for those who hear it; at most 1000 characters. */
  alt?: string;
}

/**
 * Takes a file to Slack, where nobody sees it until it is completed. Fails as the library does, and with `unavailable`
 * where the bytes do not get there.
 */
export async function upload(
  { clients }: Pick<Slack, 'clients'>,
  { name, title = name, alt }: Named,
  bytes: Buffer,
): Promise<Uploaded> {
  const asked = { filename: name, length: bytes.length, ...(alt === undefined ? {} : { alt_txt: alt }) };
  const { upload_url, file_id } = await clients.later.files.getUploadURLExternal(asked);
  if (!upload_url || !file_id) throw new Error('Slack gave no address for an upload');
  const notThere = (why: string) => new CoworkError('unavailable', `${name} did not get to Slack (${why}).`);
  const patienceMs = uploadPatienceMs(bytes.length);
  const sent = { type: 'application/octet-stream', patienceMs, most: 0 };
  const { status } = await post(upload_url, bytes, sent).catch((error: Error) => {
    throw notThere(error.name === 'TimeoutError' || error.name === 'AbortError' ? 'it took too long' : 'no connection');
  });
  if (status !== 200) throw notThere(`HTTP ${status}`);
  return { id: file_id, title };
}
