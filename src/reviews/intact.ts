import { type FolderHash, isOwnFile } from '../runs/files-hash.ts';
import type { CheckOutcome, Validation } from '../store/schema.ts';
import { nameList } from './plain.ts';

/** Whether an output may have this name (home-format): bytes that were not UTF-8 arrive as the replacement character. */
export const isOutputName = (path: string): boolean =>
  !/\p{Cc}|\\|\ufffd/u.test(path) && !path.startsWith('-') && !path.split('/').includes('..') && !isOwnFile(path);

/** What staging would have refused must not come in by an edit: links, devices, impossible names, nothing at all. */
export function withIntactCheck(validation: Validation, outputs: FolderHash): Validation {
  const misnamed = outputs.files.map((file) => file.path).filter((path) => !isOutputName(path));
  const problems = [
    ...(outputs.files.length === 0 ? ['no file is left'] : []),
    ...(outputs.others.length > 0 ? [`${nameList(outputs.others)} is no regular file`] : []),
    ...(misnamed.length > 0 ? [`${nameList(misnamed)} is no name an output may have`] : []),
  ];
  if (problems.length === 0) return validation;
  const check: CheckOutcome = {
    name: 'outputs_intact',
    kind: 'outputs_intact',
    level: 'fail',
    result: 'FAIL',
    expected: 'at least one file, and regular files only',
    actual: problems,
    message: problems.join('; '),
    ms: 0,
  };
  return { ...validation, result: 'FAIL', checks: [...validation.checks, check] };
}
