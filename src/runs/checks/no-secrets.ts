import type { Check } from './check.ts';
import { regexFinder } from './scan.ts';
import { search, searchFinding } from './searched-files.ts';
import { SECRET_FORMS } from './secret-forms.ts';

/**
 * `no_secrets`: the files that fit the globs hold no key, token or password in the forms of `SECRET_FORMS`. The outcome
 * names kinds, counts and lines, never the secret itself.
 */
export const noSecrets: Check<'no_secrets'> = async ({ files }, run) =>
  searchFinding(
    await search(
      files,
      run,
      () => SECRET_FORMS.map(({ shape }) => regexFinder(shape)),
      (hit) => {
        const form = SECRET_FORMS[hit.finder];
        return form && (form.is?.(hit.group ?? '') ?? true) ? form.kind : undefined;
      },
    ),
  );
