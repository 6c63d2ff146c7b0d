import { systemCode } from '../errors.ts';

const WORDS: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EROFS: 'the file system is read-only',
  EACCES: 'the folder may not be written',
  EPERM: 'the folder may not be written',
  EMFILE: 'too many files are open',
  ENFILE: 'too many files are open',
  EIO: 'the disk reports an error',
};

/** Words for a fault of our own disk or folders (full, read-only, not permitted), else undefined. */
export const storageFault = (error: unknown): string | undefined => {
  const words = WORDS[systemCode(error) ?? ''];
  if (words === undefined) return undefined;
  const path = error instanceof Error && 'path' in error && typeof error.path === 'string' ? `: ${error.path}` : '';
  return `${words}${path}`;
};
