import { CoworkError } from '../../../errors.ts';

/** One connection of the library's, with what of it its types leave out. */
export interface LibraryShard {
  id: number;
  /** 0 idle, 1 connecting, 2 resuming, 3 ready. */
  readonly status: number;
  connection: { readyState: number; terminate?(): void; on?(event: 'error', heard: () => void): void } | null;
  on(event: string, heard: (payload: { data: unknown }) => void): unknown;
  removeAllListeners(event: string): unknown;
  internalConnect(): Promise<void>;
  destroy(options?: { code?: number; reason?: string; recover?: number }): Promise<void>;
  heartbeat(requested?: boolean): Promise<void>;
  unpackMessage(data: unknown, isBinary: boolean): Promise<unknown>;
  onMessage(data: unknown, isBinary: boolean): Promise<void>;
  onError(error: Error): void;
  onClose(code: number): Promise<void>;
}

const METHODS = [
  'on',
  'removeAllListeners',
  'internalConnect',
  'destroy',
  'heartbeat',
  'unpackMessage',
  'onMessage',
  'onError',
  'onClose',
] as const;

/** The library's shards; throws where another version of it is built otherwise, before anything is connected. */
export function shardsOf(strategy: object): LibraryShard[] {
  const shards: unknown = Reflect.get(strategy, 'shards');
  const found = shards instanceof Map ? [...shards.values()] : [];
  if (found.length > 0 && found.every(isShard)) return found;
  throw new CoworkError('internal', 'this version of discord.js opens its connections in a way that is not known here');
}

const isShard = (value: unknown): value is LibraryShard =>
  typeof value === 'object' &&
  value !== null &&
  METHODS.every((name) => typeof Reflect.get(value, name) === 'function');
