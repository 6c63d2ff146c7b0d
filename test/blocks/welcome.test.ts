import { describe, expect, it } from 'vitest';
import { welcomeView } from '#blocks/welcome.ts';
import { checkView } from '#src/message/check-view.ts';
import { summaryText, viewText } from '#src/message/plain.ts';
import { welcomeFact } from '#src/reports/welcome-fact.ts';
import { expectGolden } from '#test/golden/views/golden.ts';
import { homeOf } from '#test/reports/seed.ts';
import { READER } from './facts.ts';

const SLACK = 'slack:C0BOARD';
const HOME = homeOf(
  {
    brief: { severity: 'P1', channels: { alerts: 'board', reviews: 'board' } },
    ledger: { severity: 'P2' },
    closed: { severity: 'P3', channels: { alerts: 'board' } },
  },
  {
    channels: { board: [SLACK], spare: ['slack:C0SPARE'] },
    alerts: { P1: { channel: 'board' }, fallback: ['slack:C0LAST'] },
    digests: { daily: { cron: '0 8 * * *' } },
  },
);
const factOf = (place: string) => {
  const fact = welcomeFact(HOME, place);
  if (!fact) throw new Error(`${place} has no welcome`);
  return fact;
};

describe('what a place is told first', () => {
  it('names what comes there by today’s home, at the platform’s place as at the console’s', () => {
    const board = {
      alerts: ['P1', 'P3'],
      alerts_of: ['brief', 'closed'],
      reviews_of: ['brief'],
      digest: false,
      fallback: false,
    };
    expect(welcomeFact(HOME, SLACK)).toEqual({ place: SLACK, ...board });
    expect(welcomeFact(HOME, 'console:board')).toEqual({ place: 'console:board', ...board });
    expect(factOf('console:cowork-ops')).toMatchObject({ alerts: ['P2', 'P3'], alerts_of: ['ledger'], digest: true });
    expect(factOf('console:reviews')).toMatchObject({ alerts: [], reviews_of: ['closed', 'ledger'] });
    expect(factOf('slack:C0LAST')).toMatchObject({ alerts: [], reviews_of: [], digest: false, fallback: true });
  });

  it('says no digest where none is set, and nothing to one person', () => {
    expect(welcomeFact(homeOf({ ledger: {} }), 'console:cowork-ops')?.digest).toBe(false);
    expect(welcomeFact(HOME, 'console:@jon')).toBeNull();
  });

  it.each([
    ['board', SLACK],
    ['ops', 'console:cowork-ops'],
    ['fallback', 'slack:C0LAST'],
    ['unused', 'slack:C0SPARE'],
  ])('looks right %s', (name, place) => expectGolden(`welcome/${name}`, welcomeView(factOf(place))));

  it('is one sentence on a locked phone, and short however many workflows come there', () => {
    expect(summaryText(welcomeView(factOf(SLACK)), READER)).toBe(
      'Cowork Ops posts here: alerts (P1, P3) and what waits for review.',
    );
    const many = Array.from({ length: 900 }, (_, n) => `workflow-${n}`);
    const view = welcomeView({ ...factOf(SLACK), alerts_of: many, reviews_of: many });
    expect(checkView(view)).toEqual([]);
    expect(viewText(view, READER)).toContain('workflow-6 and 893 more.');
  });
});
