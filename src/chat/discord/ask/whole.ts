import { type PlainReader, viewText } from '../../../message/plain.ts';
import { CHAT_COMMAND } from '../../../message/text.ts';
import type { MessageView } from '../../../message/view.ts';
import { walk } from '../../faults.ts';
import type { DiscordMessage } from '../components.ts';
import type { DiscordOptions } from '../options.ts';
import { pagesOf } from '../receive/pages.ts';
import type { Upload } from '../receive/webhook.ts';
import { renderDiscord } from '../render.ts';

/** More messages than that in answer to one question nobody reads. */
const MOST_PAGES = 3;
const FILE_LIMIT = 10 * 1_048_576;
const NAME = 'all-of-it.txt';

/** Everything that an answer says as a file, and how the message shows it. */
export interface Whole {
  file: Upload;
  adorn: (message: DiscordMessage) => DiscordMessage;
}

/** Null where a few messages hold all of it, and where not even a file would. */
export function wholeOf(view: MessageView, options: DiscordOptions, fileLimit: number | null): Whole | null {
  const pages = pagesOf(view, options);
  if (pages.length <= MOST_PAGES && !pages.some((page) => leavesOut(page, options))) return null;
  const reader = readerOf(options);
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

const readerOf = ({ here, console }: DiscordOptions): PlainReader => ({
  ...{ ...here, console: console ?? undefined, commands: CHAT_COMMAND },
});

/** Whether the drawing says more often than the view itself that there is more, or that a line was cut. */
function leavesOut(view: MessageView, options: DiscordOptions): boolean {
  const shown = [...walk(renderDiscord(view, options).components)].map(({ value }) => String(value.content ?? ''));
  const parts = view.parts.filter(({ part }) => part !== 'actions');
  return signsIn(shown.join('\n')) > signsIn(viewText({ ...view, parts }, readerOf(options)));
}

const signsIn = (text: string): number => (text.match(/…|\b\d[\d,]* more [a-z]/g) ?? []).length;
