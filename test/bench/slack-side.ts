import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Place } from './place.ts';
import type { Played, Round, Said } from './slack-words.ts';

/** The other side: a process that clicks, and answers what the product asks of Slack. */
export interface SlackSide {
  /** Without a slash at the end. */
  url: string;
  /** Throws where anything went otherwise than it should. */
  play(round: Round): Promise<Played>;
}

export async function startSlackSide(place: Place): Promise<SlackSide> {
  const child = fork(join(import.meta.dirname, 'slack-child.ts'), [], { execArgv: [] });
  place.owns(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    const exit = once(child, 'exit');
    if (child.connected) child.disconnect();
    await exit;
  });
  const next = () =>
    new Promise<Said>((resolve, reject) => {
      const ended = () => reject(new Error("the bench's Slack ended before it answered"));
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
