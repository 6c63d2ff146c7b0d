import type { Ground } from '../../ground.ts';
import { type Elsewhere, PLATFORM_NAMES } from '../../message/platform.ts';
import { liveProcesses } from '../../store/processes.ts';
import type { AskRow } from '../../store/schema.ts';
import { giveUpAsks, takeOverAsks } from '../inbox.ts';
import type { OwnOutage } from './own-outage.ts';
import type { Work } from './work.ts';

/** How often to look. */
export const LOOK_MS = 3000;

export interface LeftoversOptions {
  platform: Elsewhere;
  ground: Ground;
  process: string;
  /** Whether a process of the same host that is not there any more counts as gone at once. */
  oneMachine: boolean;
  work: Work;
  perform: (ask: AskRow) => Promise<void>;
  outage: OwnOutage;
  /** Tells whoever asked that it was given up. */
  tellGivenUp: (ask: AskRow) => Promise<void>;
}

/** One look. What it takes over goes on by itself. */
export async function takeLeftovers({
  platform,
  ground,
  process,
  oneMachine,
  work,
  perform,
  tellGivenUp,
  outage,
}: LeftoversOptions): Promise<void> {
  const where = PLATFORM_NAMES[platform];
  const now = ground.clock.now();
  const live = await liveProcesses(ground.db, outage.asOf(now), oneMachine);
  const living = { platform, process, busy: work.asks, alive: live.map(({ id }) => id) } as const;
  for (const ask of await giveUpAsks(ground, living)) {
    const { id, kind, person } = ask;
    ground.log.error(
      { ask: id, kind, person },
      `What somebody asked for in ${where} failed again and again; it was given up.`,
    );
    work.after({ ask: id, kind }, () => tellGivenUp(ask));
  }
  for (const ask of await takeOverAsks(ground, living)) {
    const { id, kind, person, tries } = ask;
    ground.log.warn({ ask: id, kind, person, tries }, `Something asked in ${where} was left undone; it is done now.`);
    work.after({ ask: id, kind }, () => perform(ask));
  }
  outage.looked(now);
}
