import type { Context } from 'hono';
import { invalid } from '../errors.ts';

const LONGEST_BODY = 64 * 1024;

/** The fields of a posted form as text. Files are left out; a body of unknown length or over 64 kB is refused. */
export async function formOf(context: Context): Promise<Record<string, string>> {
  if (Number(context.req.header('content-length') ?? Number.NaN) <= LONGEST_BODY) {
    const fields = Object.entries(await context.req.parseBody());
    return Object.fromEntries(fields.filter((field): field is [string, string] => typeof field[1] === 'string'));
  }
  throw invalid('This form is too large, so nothing was done. Shorten the text and send it again.');
}
