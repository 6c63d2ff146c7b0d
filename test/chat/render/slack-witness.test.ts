import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { SlackHome, SlackMessage, SlackModal } from '#src/chat/slack/block-kit.ts';
import { renderSlack } from '#src/chat/slack/render.ts';
import { loadingModal, renderSlackHome, renderSlackModalView } from '#src/chat/slack/views.ts';
import { checkMessageBlocks } from '#test/emulators/slack/blocks/message.ts';
import { checkView } from '#test/emulators/slack/blocks/view.ts';
import { Workspace } from '#test/emulators/slack/workspace/workspace.ts';
import { StoryClock } from '#test/stories/clock.ts';
import { randomView } from '../../message/random-view.ts';
import { slackOptions } from './drawn.ts';

// Our own table of limits is what we draw by; the emulator's was written apart from it, from Slack's reference.

const workspace = new Workspace(new StoryClock('2026-11-21T10:20:00+01:00'), []);
type Shown = SlackMessage | SlackModal | SlackHome;
const refused = (shown: Shown) =>
  'type' in shown
    ? checkView({ ...shown }, shown.type, workspace)
    : // A picture has to be uploaded before; the emulator holds none here.
      checkMessageBlocks(
        shown.blocks.filter(({ type }) => type !== 'image'),
        workspace,
      );

test('a second reading of Slack’s rules finds nothing amiss in any view on any surface', () => {
  fc.assert(
    fc.property(randomView, (view) => {
      expect(refused(renderSlack(view, slackOptions()))).toEqual([]);
      expect(refused(renderSlackHome(view, slackOptions()))).toEqual([]);
      for (const outcome of [true, false])
        expect(refused(renderSlackModalView(view, slackOptions(), { title: 'A', metadata: '', outcome }))).toEqual([]);
    }),
    { numRuns: 60 },
  );
  expect(refused(loadingModal('Opening R-128…'))).toEqual([]);
});

test('nor in any golden file', async () => {
  const golden = join(import.meta.dirname, '../../golden');
  const files = (await readdir(golden, { recursive: true })).filter((file) => file.endsWith('.slack.json'));
  expect(files.length).toBeGreaterThan(200);
  for (const file of files)
    expect(refused(JSON.parse(await readFile(join(golden, file), 'utf8')) as Shown), file).toEqual([]);
});
