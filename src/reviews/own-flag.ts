import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Ground } from '../ground.ts';
import { blockedReason } from './blocked.ts';
import { replaceFile } from './durable.ts';
import { isFolder } from './locate.ts';
import { FLAG, flagText, type Promotion } from './promotion.ts';

/**
 * Writes `approval.flag` into the run's own folder, beside `outputs/`, once the quorum is met (home-format). It is a copy
 * for people: a folder that will not take it is noted in the log and holds up nothing.
 */
export const writeOwnFlag = (ground: Ground, folder: string, promotion: Promotion): Promise<void> =>
  atBest(ground, folder, async () => {
    const flag = flagText(promotion);
    if (flag !== null && (await isFolder(folder))) await replaceFile(join(folder, FLAG), flag);
  });

/** Takes it away again where what it says was revoked. */
export const removeOwnFlag = (ground: Ground, folder: string): Promise<void> =>
  atBest(ground, folder, () => rm(join(folder, FLAG), { force: true }));

async function atBest(ground: Ground, folder: string, act: () => Promise<void>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (blockedReason(error) === null) throw error;
    ground.log.warn({ err: error, folder }, 'The approval.flag in a run’s own folder could not be brought up to date.');
  }
}
