import type { Ground } from '../ground.ts';
import { writeManifest } from '../runs/manifest.ts';
import { moveToArchive } from './archive-move.ts';
import { withRunLock } from './run-lock.ts';
import { finishUndo } from './undo-move.ts';

/**
 * Job: moves the folder of a run that is over with into the archive, and finishes an undo that a dead process left half
 * done. Does nothing for a run that somebody still has to decide about or that still has to be promoted; can be killed
 * and repeated.
 */
export async function archive(ground: Ground, { run_id }: { run_id: string }): Promise<void> {
  await withRunLock(ground, run_id, async (alone) => {
    const moved = await moveToArchive(alone, run_id);
    await finishUndo(alone, run_id);
    // Where its files lie, and whether they were promoted or undone, is another now.
    if (moved !== null) await writeManifest(alone, run_id);
  });
}
