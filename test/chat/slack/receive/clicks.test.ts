import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IDS, Stand, wasAcked } from './stand.ts';

let stand: Stand;
beforeAll(async () => {
  stand = await Stand.open();
});
afterAll(() => stand[Symbol.asyncDispose]());

describe('a click that needs no form', () => {
  test('is noted, acknowledged, done, and answered to that person alone', async () => {
    const { at, id, name } = await stand.review();
    const before = stand.slack.ephemerals(IDS.ana).length;
    wasAcked(await stand.as('ana').click(at, 'Approve'));
    expect(await stand.told(IDS.ana, before + 1)).toContain(name);
    expect(await stand.row(id)).toMatchObject({ state: 'approved', closed_by: 'ana' });
    const decision = await stand.stage.db
      .selectFrom('decisions')
      .selectAll()
      .where('review_id', '=', id)
      .executeTakeFirstOrThrow();
    expect(decision).toMatchObject({ person: 'ana', verdict: 'approve', via: 'slack' });
    // Nothing was put in place of what everybody reads.
    expect(stand.slack.messages(at.channel).find(({ ts }) => ts === at.ts)?.edited).toBe(0);
    const ask = (await stand.asks()).at(-1);
    expect(ask).toMatchObject({ kind: 'click', sender: IDS.ana, person: 'ana', place: `slack:${at.channel}` });
    await stand.done();
    expect((await stand.asks()).at(-1)).toMatchObject({ payload: {}, outcome: `approve ${name}: done` });
  });
});
