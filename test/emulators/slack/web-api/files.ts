import { Refusal } from '../refusal.ts';
import type { Json, UploadedFile } from '../shapes.ts';
import { newId } from '../workspace/ids.ts';
import { type Api, channelArg, type Method, textArg } from './method.ts';
import { fileObject } from './shown.ts';

const TYPES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  gif: 'image/gif',
  pdf: 'application/pdf',
  csv: 'text/csv',
  json: 'application/json',
  md: 'text/markdown',
  txt: 'text/plain',
  html: 'text/html',
};

/** The upload that an address stands for, until its bytes came. */
export const pendingUploads = new WeakMap<object, Map<string, { file: string; length: number }>>();

function uploadsOf({ workspace }: Pick<Api, 'workspace'>): Map<string, { file: string; length: number }> {
  const uploads = pendingUploads.get(workspace) ?? new Map();
  pendingUploads.set(workspace, uploads);
  return uploads;
}

function getUploadUrl(api: Api, args: Json): Json {
  const { workspace } = api;
  const name = textArg(args, 'filename');
  const length = Number(textArg({ length: String(args.length ?? '') }, 'length'));
  if (!Number.isInteger(length) || length < 1) throw new Refusal('invalid_arguments');
  const id = newId('F');
  const extension = name.split('.').at(-1)?.toLowerCase() ?? '';
  workspace.files.set(id, {
    id,
    name,
    title: name,
    bytes: Buffer.alloc(0),
    mimetype: TYPES[extension] ?? 'application/octet-stream',
    altText: String(args.alt_txt ?? args.alt_text ?? ''),
    channels: [],
    complete: false,
    notReady: workspace.filesNotReady,
    created: Math.floor(workspace.now().getTime() / 1000),
  });
  const ticket = newId('up');
  uploadsOf(api).set(ticket, { file: id, length });
  return { upload_url: `${api.base}/upload/v1/${ticket}`, file_id: id };
}

/** Takes the bytes that were sent to an upload address; the answer is Slack's plain text. */
export function receiveUpload(api: Api, ticket: string, bytes: Buffer): { status: number; text: string } {
  const upload = uploadsOf(api).get(ticket);
  const file = upload && api.workspace.files.get(upload.file);
  if (!upload || !file) return { status: 404, text: 'unknown upload' };
  if (bytes.length !== upload.length) {
    api.workspace.note(`upload of ${file.name}: ${bytes.length} bytes came where ${upload.length} were announced`);
    return { status: 400, text: 'the length is not the announced one' };
  }
  file.bytes = bytes;
  uploadsOf(api).delete(ticket);
  return { status: 200, text: `OK - ${bytes.length}` };
}

function completed(api: Api, given: Json): UploadedFile {
  const file = api.workspace.files.get(String(given.id));
  if (!file) throw new Refusal('file_not_found');
  if (file.bytes.length === 0) throw new Refusal('file_upload_size_restricted');
  file.title = typeof given.title === 'string' ? given.title : file.title;
  file.complete = true;
  return file;
}

function complete(api: Api, args: Json): Json {
  const { workspace } = api;
  if (!Array.isArray(args.files) || args.files.length === 0) throw new Refusal('invalid_arguments');
  const channel = args.channel_id === undefined ? undefined : channelArg(api, args, 'channel_id');
  if (channel?.archived) throw new Refusal('is_archived');
  if (channel && !channel.members.has(workspace.botUser)) throw new Refusal('not_in_channel');
  const files = (args.files as Json[]).map((one) => completed(api, one));
  if (channel) {
    for (const file of files) file.channels.push(channel.id);
    workspace.write(channel.id, {
      user: workspace.botUser,
      own: true,
      text: String(args.initial_comment ?? ''),
      files: files.map((file) => fileObject(workspace, file, api.base)),
      thread_ts: args.thread_ts === undefined ? null : String(args.thread_ts),
    });
  }
  return { files: files.map((file) => fileObject(workspace, file, api.base)) };
}

/** A new file says a few times that it has no type yet. */
function info(api: Api, args: Json): Json {
  const file = api.workspace.files.get(textArg(args, 'file'));
  if (!file?.complete) throw new Refusal('file_not_found');
  const shown = fileObject(api.workspace, file, api.base);
  file.notReady -= 1;
  return { file: shown, comments: [], response_metadata: { next_cursor: '' } };
}

function remove(api: Api, args: Json): Json {
  if (!api.workspace.files.delete(textArg(args, 'file'))) throw new Refusal('file_not_found');
  return {};
}

export const fileMethods: Record<string, Method> = {
  'files.getUploadURLExternal': { scopes: ['files:write'], run: getUploadUrl },
  'files.completeUploadExternal': { scopes: ['files:write'], run: complete },
  'files.info': { scopes: ['files:read'], run: info },
  'files.delete': { scopes: ['files:write'], run: remove },
};
