import type { Context } from 'hono';
import { invalid } from '../errors.ts';

const LONGEST_BODY = 64 * 1024;

/** For the texts of a run: five of the longest, each character written as up to nine (`%E6%BC%A2`). */
export const LONGEST_RUN_BODY = 1024 * 1024;

/**
 * The fields of a posted form as text; files are left out. Throws `invalid` for a body over `longest`
 * bytes (64 kB), of unknown length, or that is no form.
 */
export async function formOf(context: Context, longest = LONGEST_BODY): Promise<Record<string, string>> {
  if (!(Number(context.req.header('content-length') ?? Number.NaN) <= longest)) {
    throw invalid('This form is too large, so nothing was done. Shorten the text and send it again.');
  }
  const body = await context.req.parseBody().catch(() => {
    throw invalid('This form could not be read, so nothing was done. Reload the page and send it again.');
  });
  return Object.fromEntries(
    Object.entries(body).filter((field): field is [string, string] => typeof field[1] === 'string'),
  );
}
