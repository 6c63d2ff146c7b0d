import { EPHEMERAL, IS_COMPONENTS_V2 } from '../components.ts';
import type { Callback } from '../discord.ts';
import { KIND } from './ours.ts';

/** A private answer to an interaction of this kind; nothing to choose from where somebody only types. */
export const sayTo = (type: number, words: string): Callback =>
  type === KIND.completion
    ? { type: 8, data: { choices: [] } }
    : {
        type: 4,
        data: {
          flags: EPHEMERAL | IS_COMPONENTS_V2,
          components: [{ type: 10, content: words }],
          allowed_mentions: { parse: [] },
        },
      };

/** What was noted is answered later, in the place of this. */
export const LATER: Callback = { type: 5, data: { flags: EPHEMERAL } };

/** A public bot can be added by anybody, to whom the name of our server is not told. */
export const ELSEWHERE =
  'This works in the server that it was set up for, and not here. Nothing was done. Use it in a channel there.';

export const TOO_LATE = 'That took too long on our side. Nothing was done. Try again in a minute.';

export const FAILED =
  'Something went wrong on our side. Try again; the operator finds the reason in the log. If you were about to decide something, look at it again first: it shows what counts.';

export const UNKNOWN =
  'Nothing here answers this any more. Nothing was done. The newest message about it has the buttons that work.';

export const NOT_OPEN = 'The product is starting or stopping at this moment. Nothing was done. Try again in a minute.';

export const NOT_NOTED = 'The database did not answer in time. Nothing was done. Try again in a minute.';
