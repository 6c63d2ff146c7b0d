import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Place } from './place.ts';

/** All in milliseconds; those of a single click from when it was sent, or at a pace from when it was due. */
export interface Played {
  ms: number;
  acks: number[];
  answered: number[];
  /** What went otherwise than it should. */
  amiss: string[];
}

/** What the other side says: that it is ready, and where, and what a round came to. */
export type Said = { ready: string } | { played: Played };

/** The other side: a process that clicks, and answers what the product asks of the platform. */
export interface Side<Round> {
  /** Without a slash at the end. */
  url: string;
  /** Throws where anything went otherwise than it should. */
  play(round: Round): Promise<Played>;
}

/** Starts a stand-in for a platform (`slack-child.ts`) in a process of its own, so that it takes none of the product's time. */
export async function startSide<Round extends object>(place: Place, script: string): Promise<Side<Round>> {
  const child = fork(join(import.meta.dirname, script), [], { execArgv: [] });
  place.owns(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    if (child.connected) child.disconnect();
    await exit;
  });
  const next = () =>
    new Promise<Said>((resolve, reject) => {
      const ended = () => reject(new Error(`${script} ended before it answered`));
      child.once('exit', ended);
      child.once('message', (said: Said) => {
        child.off('exit', ended);
        resolve(said);
      });
    });
  const ready = await next();
  return {
    url: 'ready' in ready ? ready.ready : '',
    async play(round) {
      const said = next();
      child.send(round);
      const answer = await said;
      if (!('played' in answer)) throw new Error('a round ended without its figures');
      const { amiss } = answer.played;
      if (amiss.length > 0) throw new Error(`${amiss.length} clicks went amiss, such as: ${amiss[0]?.slice(0, 500)}`);
      return answer.played;
    },
  };
}
