import { type PlainReader, viewText } from '#src/message/plain.ts';
import type { MessageView } from '#src/message/view.ts';

/** One way to draw a message, and the faults its platform would find in what was drawn. */
export interface Drawing {
  /** The end of the golden file's name, `txt`, `slack.json`. */
  extension: string;
  draw: (view: MessageView) => string;
  faults?: ((drawn: string) => string[]) | undefined;
}

/** Who reads in every golden file: always the same moment, zone and address. */
export const READER: PlainReader = {
  now: new Date('2026-11-21T09:20:00Z'),
  zone: 'Europe/Berlin',
  console: 'http://127.0.0.1:3210',
};

/** Every renderer of the product, by hand: a new one is added here and the golden files are written again. */
export const DRAWINGS: readonly Drawing[] = [{ extension: 'txt', draw: (view) => `${viewText(view, READER)}\n` }];
