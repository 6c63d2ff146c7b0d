import type { Ground } from '../../ground.ts';
import { may } from '../../people/permissions.ts';
import { previewOf } from '../../reports/preview.ts';
import { openOutput } from '../../reports/run-file.ts';
import { whyNotRecorded } from '../../reports/still-recorded.ts';
import type { RecordedOutput } from '../../reviews/item.ts';
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
  outputs: readonly RecordedOutput[],
  folder: string | null,
  all = false,
): Promise<{ outputs: OutputView[]; more: number }> {
  const listed = all ? outputs : outputs.slice(0, LISTED);
  const views: OutputView[] = [];
  // One after the other: several pictures at once would lie in memory together.
  for (const [index, file] of listed.entries()) {
    const { path, bytes, sha256 } = file;
    const shown = folder && index < PREVIEWED ? await shownOf(folder, file) : NOTHING;
    views.push({ path, bytes, sha256, ...shown });
  }
  return { outputs: views, more: outputs.length - listed.length };
}

type Shown = Pick<OutputView, 'preview' | 'changed'>;
const NOTHING: Shown = { preview: null, changed: null };
const withoutPreview = (why: string): Shown => ({ preview: { kind: 'none', why }, changed: null });

async function shownOf(folder: string, file: RecordedOutput): Promise<Shown> {
  const handle = await openOutput(folder, file.path).catch(() => undefined);
  if (!handle) return withoutPreview('This file is not where it was staged, so there is nothing to show.');
  try {
    return { preview: await previewOf(handle, file.path), changed: await whyNotRecorded(handle, file) };
  } catch {
    return withoutPreview('This file could not be read just now. Reload the page, or download it.');
  } finally {
    await handle.close();
  }
}
