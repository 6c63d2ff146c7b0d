import { checkMessageBlocks } from '../blocks/message.ts';
import { Refusal, refusedWith } from '../refusal.ts';
import type { Json } from '../shapes.ts';
import { withIds } from '../workspace/views.ts';
import type { Workspace } from '../workspace/workspace.ts';

const CUT_AT = 40_000;
const MOST_MARKDOWN = 12_000;
const MOST_METADATA = 2000;
/** Where blocks of a message have been refused for their size alone. */
const MOST_BLOCKS_JSON = 13_200;

/** What a message says, checked. Undefined: left as it was (in an edit). */
export interface Content {
  text: string | undefined;
  blocks: Json[] | undefined;
  attachments: Json[] | undefined;
  metadata: Json | null | undefined;
}

/**
 * Reads and checks what a message is to say.
 * @throws Refusal with Slack's code, and with JSON pointers where blocks are at fault.
 */
export function contentOf(workspace: Workspace, method: string, args: Json): Content {
  const blocks = blocksOf(workspace, method, args.blocks);
  const attachments = listOf(args.attachments, 'invalid_attachments');
  const text = typeof args.text === 'string' ? args.text : undefined;
  const markdown = typeof args.markdown_text === 'string' ? args.markdown_text : undefined;
  if (markdown !== undefined && (text || blocks)) throw new Refusal('markdown_text_conflict');
  if (markdown !== undefined && markdown.length > MOST_MARKDOWN) throw new Refusal('msg_too_long');
  if ((attachments?.length ?? 0) > 100) throw new Refusal('too_many_attachments');
  if (text !== undefined && text.length > CUT_AT) workspace.note(`${method}: a text over ${CUT_AT} characters was cut`);
  if (!text && blocks?.length) workspace.note(`${method}: blocks without a text`);
  const said = (markdown ?? text)?.slice(0, CUT_AT);
  return { text: said, blocks, attachments, metadata: metadataOf(args.metadata) };
}

/** @throws Refusal `no_text` where nothing would be said. */
export function needContent({ text, blocks, attachments }: Content): void {
  if (!text && !blocks?.length && !attachments?.length) throw new Refusal('no_text');
}

/** Blocks as they are kept, each with an id. */
export function blocksOf(workspace: Workspace, method: string, given: unknown): Json[] | undefined {
  const blocks = listOf(given, 'invalid_blocks_format');
  if (!blocks) return undefined;
  const faults = checkMessageBlocks(blocks, workspace);
  if (faults.length > 0) {
    const messages = faults.map(({ message, pointer }) => `${message} [json-pointer:${pointer}]`);
    workspace.note(`${method}: invalid_blocks: ${messages.join('; ')}`);
    throw refusedWith(faults.find(({ code }) => code)?.code ?? 'invalid_blocks', messages);
  }
  const size = JSON.stringify(blocks).length;
  if (size > MOST_BLOCKS_JSON) {
    workspace.note(`${method}: msg_blocks_too_long: ${size} characters of blocks`);
    throw new Refusal('msg_blocks_too_long');
  }
  return withIds(blocks);
}

function listOf(given: unknown, code: string): Json[] | undefined {
  if (given === undefined || given === null || given === '') return undefined;
  if (!Array.isArray(given)) throw new Refusal(code);
  return given as Json[];
}

function metadataOf(given: unknown): Json | null | undefined {
  if (given === undefined || given === null || given === '') return undefined;
  if (typeof given !== 'object' || Array.isArray(given)) throw new Refusal('invalid_metadata_format');
  const { event_type: type, event_payload: payload } = given as Json;
  if (Object.keys(given).length === 0) return null;
  if (typeof type !== 'string' || typeof payload !== 'object' || payload === null) {
    throw new Refusal('invalid_metadata_format');
  }
  if (JSON.stringify(given).length > MOST_METADATA) throw new Refusal('metadata_too_large');
  return given as Json;
}
