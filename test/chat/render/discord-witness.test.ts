import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkDiscord } from '#src/chat/discord/check.ts';
import type { DiscordMessage, DiscordModal } from '#src/chat/discord/components.ts';
import { renderDiscordConfirm, renderDiscordModal } from '#src/chat/discord/modal.ts';
import { renderDiscord } from '#src/chat/discord/render.ts';
import { walk } from '#src/chat/faults.ts';
import { encodeAction } from '#src/message/action.ts';
import { actionsOf } from '#src/message/spans.ts';
import { messageFaults } from '#test/emulators/discord/rules/message.ts';
import { modalFaults } from '#test/emulators/discord/rules/modal.ts';
import type { Attachment } from '#test/emulators/discord/shapes.ts';
import { randomView } from '../../message/random-view.ts';
import { discordOptions } from './drawn.ts';

// Our own table of limits is what we draw by; the emulator's was written apart from it, from Discord's reference.

type Shown = DiscordMessage | DiscordModal;

/** Whatever a message shows of its attachments is taken as sent along. */
const attachmentsOf = (shown: Shown): Attachment[] =>
  [...walk(shown.components)].flatMap(({ value }) => {
    const [, filename] = /^attachment:\/\/(.+)$/.exec(String(value.url ?? '')) ?? [];
    return filename === undefined ? [] : [{ filename } as Attachment];
  });

const refused = (shown: Shown) =>
  'title' in shown
    ? modalFaults({ ...shown })
    : messageFaults({ ...shown }, { v2: true, was: null, attachments: attachmentsOf(shown) });

test('a second reading of Discord’s rules finds nothing amiss in any view, its forms and its questions', () => {
  fc.assert(
    fc.property(randomView, (view) => {
      expect(refused(renderDiscord(view, discordOptions()))).toEqual([]);
      const picture = ({ title }: { title: string }) => ({ name: 'chart-1.png', alt: title });
      expect(refused(renderDiscord(view, discordOptions({ picture, console: null })))).toEqual([]);
      for (const action of actionsOf(view)) {
        if (action.intent === 'open') continue;
        const { ask, confirm } = action;
        if (ask) expect(refused(renderDiscordModal(ask, encodeAction(action), confirm))).toEqual([]);
        if (confirm) expect(refused(renderDiscordConfirm({ ...action, confirm }))).toEqual([]);
      }
    }),
    { numRuns: 60 },
  );
});

test('nor in any golden file, and neither do we', async () => {
  const golden = join(import.meta.dirname, '../../golden');
  const files = (await readdir(golden, { recursive: true })).filter((file) => file.endsWith('.discord.json'));
  expect(files.length).toBeGreaterThan(180);
  for (const file of files) {
    const shown = JSON.parse(await readFile(join(golden, file), 'utf8')) as Shown;
    expect(refused(shown), file).toEqual([]);
    expect(checkDiscord(shown), file).toEqual([]);
  }
});
