import { viewText } from '../../../message/plain.ts';
import { CHAT_COMMAND } from '../../../message/text.ts';
import type { MessageView } from '../../../message/view.ts';
import type { DiscordMessage } from '../components.ts';
import type { DiscordOptions } from '../options.ts';
import { pagesOf } from '../receive/pages.ts';
import type { Upload } from '../receive/webhook.ts';

/** More messages than that in answer to one question nobody reads. */
const MOST_PAGES = 3;
/** Rows that stand in one message. */
const MOST_ROWS = 20;
const FILE_LIMIT = 10 * 1_048_576;
const NAME = 'all-of-it.txt';

/** Everything that an answer says as a file, and how the message shows it. */
export interface Whole {
  file: Upload;
  adorn: (message: DiscordMessage) => DiscordMessage;
}

/** Null where a few messages hold all of it, and where not even a file would. */
export function wholeOf(view: MessageView, options: DiscordOptions, fileLimit: number | null): Whole | null {
  const rows = view.parts.map((part) => (part.part === 'records' ? part.rows.length : 0));
  if (Math.max(0, ...rows) <= MOST_ROWS && pagesOf(view, options).length <= MOST_PAGES) return null;
  const reader = { ...options.here, console: options.console ?? undefined, commands: CHAT_COMMAND };
  const data = Buffer.from(`${viewText(view, reader)}\n`);
  if (data.length > (fileLimit ?? FILE_LIMIT)) return null;
  const shown = { type: 13, file: { url: `attachment://${NAME}` } };
  return {
    file: { name: NAME, data },
    adorn: (message) =>
      ({
        ...message,
        components: [...message.components, shown],
        attachments: [{ id: 0, filename: NAME }],
      }) as DiscordMessage,
  };
}
