import { expect, test } from 'vitest';
import { Console, seen } from './console.ts';

test('/healthz says that the process answers', async () => {
  await using here = await Console.open({ ready: () => false });
  const answer = await here.nobody().visit('/healthz');
  expect([answer.status, await answer.json()]).toEqual([200, { ok: true }]);
});

test('/readyz is 503 while a part is not ready and 200 once all are', async () => {
  let ready = false;
  await using here = await Console.open({ ready: () => ready });
  const first = await here.nobody().visit('/readyz');
  expect([first.status, await first.json()]).toEqual([
    503,
    { ready: false, migrated: true, home: true, roles: false, database: true },
  ]);
  ready = true;
  const second = await here.nobody().visit('/readyz');
  expect([second.status, await second.json()]).toEqual([
    200,
    { ready: true, migrated: true, home: true, roles: true, database: true },
  ]);
});

test('with the database away: 503 that names it, pages that say so calmly, and all well again once it is back', async () => {
  await using here = await Console.open();
  const { id } = await here.stage.item();
  const ana = await here.as('ana');
  const asked = here.stage.fresh.pool.query;
  const connect = here.stage.fresh.pool.connect;
  const away = () =>
    Promise.reject(
      Object.assign(new Error('connect ENOENT /run/.s.PGSQL.5432'), { code: 'ENOENT', syscall: 'connect' }),
    );
  here.stage.fresh.pool.connect = away as typeof connect;
  const ready = await ana.visit('/readyz');
  expect([ready.status, await ready.json()]).toEqual([
    503,
    { ready: false, migrated: true, home: true, roles: true, database: false },
  ]);
  expect((await ana.visit('/healthz')).status).toBe(200);
  for (const answer of [
    await ana.visit('/'),
    await ana.visit(`/reviews/R-${id}`),
    await ana.post(`/reviews/R-${id}/look`),
  ]) {
    expect(answer.status).toBe(503);
    const page = await answer.text();
    expect(seen(page)).toContain('The database does not answer. Try again in a minute.');
    expect(page).not.toMatch(/ENOENT|PGSQL|select /);
  }
  here.stage.fresh.pool.connect = connect;
  here.stage.fresh.pool.query = asked;
  expect((await ana.visit('/readyz')).status).toBe(200);
  expect((await ana.visit('/')).status).toBe(200);
});

test('a fault of ours is a page without its particulars', async () => {
  await using here = await Console.open();
  const ana = await here.as('ana');
  here.stage.ground.homes.active = () => Promise.reject(new TypeError('secret particulars at /home/x.ts'));
  const answer = await ana.visit('/');
  expect(answer.status).toBe(500);
  const page = await answer.text();
  expect(seen(page)).toContain('Something went wrong on our side');
  expect(page).not.toMatch(/secret|x\.ts|TypeError/);
});
