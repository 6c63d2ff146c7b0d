import { request } from 'node:http';
import type { Place } from './place.ts';

/** A client of a channel's live stream, as bare as can be. */
export interface LiveStream {
  /** The moment (ms of the epoch) at which an event with these words arrived. */
  arrival(words: string): Promise<number>;
}

/** Listens to what changes in a channel from now on. */
export async function openStream(place: Place, url: string, channel: string): Promise<LiveStream> {
  const page = await (await fetch(`${url}/channels/${channel}`)).text();
  const change = /<section[^>]* data-change="(\d+)"/.exec(page)?.[1] ?? '0';
  const waiting = new Map<string, (at: number) => void>();
  let text = '';
  await new Promise<void>((open, failed) => {
    const asked = request(`${url}/channels/${channel}/live?since=${change}`, (response) => {
      if (response.statusCode !== 200) failed(new Error(`the stream answers ${response.statusCode}`));
      open();
      response.setEncoding('utf8').on('data', (piece: string) => {
        const at = Date.now();
        // Words may come in two pieces; older ones are of no use.
        text = `${text}${piece}`.slice(-500_000);
        for (const [words, seen] of waiting) if (text.includes(words)) seen(at);
      });
    });
    asked.on('error', failed).end();
    place.owns(() => asked.destroy());
  });
  return {
    arrival: (words) =>
      new Promise((resolve) => {
        waiting.set(words, (at) => {
          waiting.delete(words);
          resolve(at);
        });
      }),
  };
}
