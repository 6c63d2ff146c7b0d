import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sweepScratch } from '#src/runs/sweep-scratch.ts';
import { tempFolder } from '#test/setup/ground.ts';
import { freshDatabase } from '#test/setup/store.ts';

test('what a dead worker left in the scratch of an ended run is removed, and nothing else', async () => {
  await using folder = await tempFolder();
  const { db, drop } = await freshDatabase();
  try {
    const at = new Date('2026-11-23T05:00:00Z');
    const { id: snapshot_id } = await db
      .insertInto('snapshots')
      .values({ hash: 'h', home: '{}', created_at: at })
      .returning('id')
      .executeTakeFirstOrThrow();
    const run = {
      workflow: 'w',
      snapshot_id,
      definition_hash: 'd',
      severity: 'P2',
      tier: 'T0',
      data_class: 'internal',
    } as const;
    const asked = { trigger_kind: 'schedule', trigger_by: 'service', via: 'schedule', queued_at: at } as const;
    await db
      .insertInto('runs')
      .values([
        { ...run, ...asked, id: 'ended', state: 'ended', status: 'SUCCESS' },
        { ...run, ...asked, id: 'running', state: 'running' },
      ])
      .execute();
    for (const name of ['ended', 'running', 'stranger']) {
      await mkdir(join(folder.path, 'work', name, 'step.1'), { recursive: true });
      await writeFile(join(folder.path, 'work', name, 'step.1', 'left'), 'x');
    }
    expect(await sweepScratch({ db, data: folder.path })).toBe(1);
    expect(['ended', 'running', 'stranger'].map((name) => existsSync(join(folder.path, 'work', name)))).toEqual([
      false,
      true,
      true,
    ]);
    expect(await sweepScratch({ db, data: join(folder.path, 'nowhere') })).toBe(0);
  } finally {
    await drop();
  }
});
