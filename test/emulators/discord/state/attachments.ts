import { badForm } from '../refusal.ts';
import type { Upload } from '../rest/call.ts';
import type { Attachment, Json } from '../shapes.ts';
import type { Realm } from './realm.ts';

const MOST_FILES = 10;
export const MOST_BYTES = 10 * 1024 * 1024;
const MOST_DESCRIPTION = 1024;

/** File names as Discord keeps them. */
const kept = (name: string): string => name.replace(/[^\w.-]+/g, '_');

/**
 * What is attached to a message after a body: `attachments` names the new files by the number of their part and the old ones
 * that stay by their id; without it all that was there stays and everything uploaded is added.
 * @throws Refusal 50035.
 */
export function attachmentsAfter(
  realm: Realm,
  base: string,
  channel: string,
  { body, files, before }: { body: Json; files: readonly Upload[]; before: readonly Attachment[] },
): Attachment[] {
  const made = (file: Upload, named: Json = {}): Attachment => {
    const id = realm.newId();
    const filename = kept(typeof named.filename === 'string' ? named.filename : file.filename);
    const url = `${base}/attachments/${channel}/${id}/${filename}?ex=6a000000&is=69000000&hm=0`;
    const description = typeof named.description === 'string' ? { description: named.description } : {};
    return {
      id,
      filename,
      content_type: file.content_type,
      size: file.bytes.length,
      url,
      ...description,
      bytes: file.bytes,
    };
  };
  if (!Array.isArray(body.attachments)) return most([...before, ...files.map((file) => made(file))]);
  const listed = body.attachments.map((value: unknown, index): Attachment => {
    const one = (typeof value === 'object' && value !== null ? value : {}) as Json;
    if (typeof one.description === 'string' && one.description.length > MOST_DESCRIPTION)
      throw badForm(`/attachments/${index}/description`, 'BASE_TYPE_MAX_LENGTH', 'Must be 1024 or fewer in length.');
    const file = files.find((upload) => `${upload.index}` === `${one.id}`);
    if (file) return made(file, one);
    const old = before.find(({ id }) => id === one.id);
    if (old) return old;
    throw badForm(`/attachments/${index}/id`, 'ATTACHMENT_NOT_FOUND', `no file of this request is files[${one.id}]`);
  });
  const unlisted = files.filter(
    ({ index }) => !body.attachments || !(body.attachments as Json[]).some((one) => `${one?.id}` === `${index}`),
  );
  return most([...listed, ...unlisted.map((file) => made(file))]);
}

function most(all: Attachment[]): Attachment[] {
  if (all.length > MOST_FILES)
    throw badForm('/attachments', 'BASE_TYPE_MAX_LENGTH', `Must be ${MOST_FILES} or fewer in length.`);
  return all;
}
