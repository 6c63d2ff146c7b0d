import type { World } from '../../../commands/command.ts';
import type { Ground } from '../../ground.ts';
import type { Elsewhere } from '../../message/platform.ts';
import type { AskRow } from '../../store/schema.ts';

/** What every platform gives to those who work on what was asked there. */
export interface Chat {
  platform: Elsewhere;
  ground: Ground;
  world: () => Promise<World>;
  /** Id of this process's row, by which others know whether it lives. */
  process: string;
  /**
   * Works on what was acknowledged already; the product's stop waits for it. A failure is logged with `about`, and has an
   * owner already where `act` answers the person.
   */
  after(about: Record<string, unknown>, act: () => Promise<void>): void;
  /** Does what an ask asks for and answers it: at once after the acknowledgement, or after the crash of whoever took it. */
  perform(ask: AskRow): Promise<void>;
}
