import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { expect } from 'vitest';
import { checkView } from '#src/message/check-view.ts';
import type { MessageView } from '#src/message/view.ts';
import { DRAWINGS, ELSEWHERE, slackFaults } from './drawings.ts';

/**
 * Holds a view against its golden files, one per renderer: `<name>.txt`, `<name>.slack.json` and so on beside this
 * file (`name` may hold a folder: `alert/open`). With `UPDATE_GOLDEN=1` they are written instead; look at the
 * difference before committing it. A missing file is a failure, so that a new renderer or state cannot pass unseen.
 */
export async function expectGolden(name: string, view: MessageView): Promise<void> {
  expect(checkView(view), `${name} keeps the rules of the message model`).toEqual([]);
  for (const [where, draw] of Object.entries(ELSEWHERE))
    expect(slackFaults(JSON.stringify(draw(view))), `${name} as a Slack ${where}`).toEqual([]);
  for (const { extension, draw, faults, only } of DRAWINGS) {
    if (only && !only.test(name)) continue;
    const file = join(import.meta.dirname, `${name}.${extension}`);
    const drawn = await draw(view);
    expect(faults?.(drawn) ?? [], `${name}.${extension} is within its platform's limits`).toEqual([]);
    if (process.env.UPDATE_GOLDEN === '1') {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, drawn);
      continue;
    }
    const golden = await readFile(file, 'utf8').catch(() => {
      throw new Error(`${name}.${extension} is missing: run this test with UPDATE_GOLDEN=1 and look at what it writes`);
    });
    expect(drawn, `${name}.${extension}`).toBe(golden);
  }
}
