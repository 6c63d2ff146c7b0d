import { expect, test } from 'vitest';
import { OPS, SPARE, Stand } from './stand.ts';

test('what places are told first is part of everything there is to say, also where the home takes its time', async () => {
  await using stand = await Stand.open();
  const { homes, clock } = stand.ground;
  const at = clock.now();
  const { id } = await stand.db
    .insertInto('snapshots')
    .values({ hash: 'sha256:home', home: '{}', created_at: at })
    .returning('id')
    .executeTakeFirstOrThrow();
  await stand.db.insertInto('active_snapshot').values({ snapshot_id: id, activated_at: at }).execute();
  const asked = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const active = homes.active.bind(homes);
  homes.active = async () => {
    asked.resolve();
    await held.promise;
    return active();
  };
  const delivery = stand.deliver();
  await asked.promise;
  const settled = delivery.settle();
  // Long enough for everything else there is to say, which is nothing.
  for (let look = 0; look < 20; look += 1) await stand.db.selectFrom('places').select('place').execute();
  held.resolve();
  await settled;
  const said = [...stand.slack.messages.values()].map(({ place, text }) => `${place} ${text}`);
  expect(said.sort()).toEqual([OPS, SPARE].map((place) => `${place} welcome to ${place}`));
});
