import type { Block } from '../block-kit.ts';
import { codeOf, detailsOf } from './failures.ts';

const NEWER: ReadonlySet<string> = new Set(['table', 'data_table', 'data_visualization']);

/** Kinds of blocks that Slack brings to workspaces one after the other. */
export const isNewer = ({ type }: Pick<Block, 'type'>): boolean => NEWER.has(type);

/** `[ERROR] unsupported type: table [json-pointer:/blocks/1/type]` */
const UNSUPPORTED = /\b(?:unsupported|unknown|invalid)\b[^[]*\b(?:table|data_table|data_visualization)\b/i;
const AT_TYPE = /json-pointer:\/blocks\/(\d+)(?:\/type)?\]/;

/**
 * Whether Slack says that it does not take a newer kind of block at all. Whatever else is wrong with a message (its size,
 * a cell, a picture that is not ready) says nothing about the next one.
 */
export function refusesNewer(error: unknown, blocks: readonly Pick<Block, 'type'>[]): boolean {
  if (!codeOf(error)?.startsWith('invalid_blocks')) return false;
  return detailsOf(error).messages.some((words) => {
    if (UNSUPPORTED.test(words)) return blocks.some(isNewer);
    const at = blocks[Number(AT_TYPE.exec(words)?.[1] ?? Number.NaN)];
    return at !== undefined && isNewer(at);
  });
}
