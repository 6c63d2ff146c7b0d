import { type Check, counted, listed } from './check.ts';

/**
 * `required_files`: each entry of `files` must name at least one regular file of the run; an entry may be a glob. An
 * empty file is there; what it holds is for other checks to say.
 */
export const requiredFiles: Check<'required_files'> = async ({ files }, run) => {
  const missing = files.filter((file) => run.files.select([file]).length === 0);
  const actual = { present: files.length - missing.length, missing };
  if (missing.length === 0) return { result: 'PASS', message: `${counted(files.length, 'file')} there`, actual };
  const verb = missing.length === 1 ? 'is' : 'are';
  return { result: 'FAIL', message: `${listed(missing)} ${verb} missing`, actual };
};
