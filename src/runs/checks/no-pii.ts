import { RE2JS } from 're2js';
import type { Check } from './check.ts';
import { PERSONAL_DATA } from './personal-data.ts';
import { regexFinder } from './scan.ts';
import { search, searchFinding } from './searched-files.ts';

/**
 * `no_pii`: the files that fit the globs hold no e-mail address, phone number, IBAN, payment card number or US social
 * security number (forms in `PERSONAL_DATA`). What an `allow` pattern (RE2, found anywhere in the piece of text found)
 * fits is let through. The outcome names kinds, counts and lines, never the data itself.
 */
export const noPii: Check<'no_pii'> = async ({ files, allow }, run) => {
  const allowed = allow.map((pattern) => RE2JS.compile(pattern));
  const outcome = await search(
    files,
    run,
    () => PERSONAL_DATA.map(({ shape }) => regexFinder(shape)),
    (hit) => {
      const data = PERSONAL_DATA[hit.finder];
      if (!data?.is(hit.text, hit.group)) return undefined;
      return allowed.some((pattern) => pattern.matcher(hit.text).find()) ? undefined : data.kind;
    },
  );
  return searchFinding(outcome);
};
