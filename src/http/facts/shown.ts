import type { Ground } from '../../ground.ts';
import { may } from '../../people/permissions.ts';
import { previewOf } from '../../reports/preview.ts';
import { openOutput } from '../../reports/run-file.ts';
import type { RunRow } from '../../store/schema.ts';
import type { Home, Workflow } from '../../workflows/home.ts';
import type { Viewer } from '../pages/layout.ts';
import type { OutputView } from '../pages/outputs.ts';

/** What a page says in place of contents to somebody who is not signed in. */
export const hiddenText = (invitation: string): string => `The contents are for listed people. ${invitation}`;

/** Why this viewer may not see the contents of a run, as a sentence; null where they may. */
export function whyHidden(
  ground: Pick<Ground, 'clock'>,
  home: Home,
  viewer: Pick<Viewer, 'person' | 'invitation'>,
  run: Pick<RunRow, 'data_class'>,
  workflow: Workflow | undefined,
): string | null {
  const subject = { workflow, dataClass: run.data_class, now: ground.clock.now() };
  const answer = may(home, viewer.person, 'see_outputs', subject);
  if (answer.ok) return null;
  return viewer.person === null ? hiddenText(viewer.invitation) : `The contents are not shown. ${answer.why}`;
}

const PREVIEWED = 20;
const LISTED = 100;

/** Recorded outputs with what can be shown of the first twenty; `folder` null where contents are not for the viewer. */
export async function outputViews(
  outputs: readonly { path: string; bytes: number; sha256: string }[],
  folder: string | null,
  all = false,
): Promise<{ outputs: OutputView[]; more: number }> {
  const listed = all ? outputs : outputs.slice(0, LISTED);
  const views: OutputView[] = [];
  // One after the other: several pictures at once would lie in memory together.
  for (const [index, file] of listed.entries()) {
    const { path, bytes, sha256 } = file;
    views.push({ path, bytes, sha256, preview: folder && index < PREVIEWED ? await previewIn(folder, path) : null });
  }
  return { outputs: views, more: outputs.length - listed.length };
}

async function previewIn(folder: string, path: string): Promise<OutputView['preview']> {
  const handle = await openOutput(folder, path).catch(() => undefined);
  if (!handle) return { kind: 'none', why: 'This file is not where it was staged, so there is nothing to show.' };
  try {
    return await previewOf(handle, path);
  } catch {
    return { kind: 'none', why: 'This file could not be read just now. Reload the page, or download it.' };
  } finally {
    await handle.close();
  }
}
