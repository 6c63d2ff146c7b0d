import { expect, test } from 'vitest';
import { LEDGER } from './home.ts';
import { World } from './world.ts';

test('from a schedule to the approved bytes in production', async () => {
  await using world = await World.open({
    workflows: {
      brief: {
        schedule: { cron: '0 6 * * 1' },
        inputs: { ledger: { file: 'inbox/*.csv' } },
        checks: [
          { name: 'there', kind: 'required_files', files: ['brief.md'] },
          {
            name: 'sum',
            kind: 'sum_matches',
            file: 'rows.csv',
            column: 'amount',
            source: { input: 'ledger', column: 'amount' },
          },
        ],
        review: { approvers: ['leads'], brief: ['Revenue equals the ledger'] },
        production: 'reports/{date}/',
      },
    },
    files: { 'inbox/2026-11.csv': LEDGER },
  });
  // Half a minute before six nothing is due; at six one run starts, and a second beat starts no second one.
  expect(await world.beat()).toMatchObject({ started: 0 });
  expect(await world.pass('30s')).toMatchObject({ started: 1 });
  expect(await world.beat()).toMatchObject({ started: 0 });
  const started = await world.newest('brief');
  const run = await world.ended(started.run_id);
  console.log(run);
});
