import type { Validation } from '../store/schema.ts';
import type { Tier } from '../values/scalars.ts';
import type { WorkflowSpec } from '../workflows/definition.ts';

export interface DegradedInput {
  name: string;
  /** Why: `missing`, `stale` or `failed`. */
  status: string;
}

/** All that decides where a run goes after its checks. */
export interface RouteFacts {
  tier: Tier;
  /** Without the checks' messages where the outputs are closed. */
  validation: Validation;
  degraded: readonly DegradedInput[];
  /** The lowest that any step reported; null where none did. */
  confidence: number | null;
  review: Pick<WorkflowSpec['review'], 'confidence_below'>;
  /** Where which keyword stands; `keyword` null where the outputs are closed and only the place may be told. */
  keywordHits: readonly { keyword: string | null; where: string }[];
  /** True for a run reported from elsewhere that may not deliver by itself. */
  needsApproval?: boolean;
}

export interface Routed {
  route: 'failed' | 'review' | 'promote';
  status: 'SUCCESS' | 'PARTIAL' | 'FAILED';
  /** Approvals by different people that it takes; 0 where it goes on by itself or not at all. */
  quorum: 0 | 1 | 2;
  /** Why it is in review or failed, in the words that people read; empty when it goes on. */
  reasons: string[];
}

const TIER_QUORUM: Readonly<Record<Tier, 0 | 1 | 2>> = { T0: 0, T1: 0, T2: 1, T3: 2 };

/** The lowest confidence that any step reported; null where none did. */
export const lowestConfidence = (reported: readonly (number | null | undefined)[]): number | null => {
  const numbers = reported.filter((value) => typeof value === 'number' && Number.isFinite(value));
  return numbers.length === 0 ? null : Math.min(...(numbers as number[]));
};

/** Two decimals, or as many as it takes to tell the two apart. */
const shares = (a: number, b: number): [string, string] => {
  const digits = [2, 3, 4].find((count) => a.toFixed(count) !== b.toFixed(count));
  return digits === undefined ? [String(a), String(b)] : [a.toFixed(digits), b.toFixed(digits)];
};

const confidenceReason = (confidence: number | null, below: number | undefined): string[] => {
  if (below === undefined) return [];
  if (confidence === null || !Number.isFinite(confidence)) {
    return [`no confidence was reported, at least ${below.toFixed(2)} is asked for`];
  }
  if (confidence >= below) return [];
  const [is, asked] = shares(confidence, below);
  return [`confidence ${is} is under ${asked}`];
};

const checkReasons = (validation: Validation): string[] =>
  validation.checks
    .filter(({ result }) => result !== 'PASS')
    .toSorted((a, b) => Number(b.result === 'FAIL') - Number(a.result === 'FAIL'))
    .map(({ name, result, message }) => (message ? `${name} ${result} (${message})` : `${name} ${result}`));

const keywordReasons = (hits: RouteFacts['keywordHits']): string[] => {
  const places = Map.groupBy(hits, ({ keyword }) => keyword);
  return [...places].map(([keyword, found]) => {
    const where = [...new Set(found.map((hit) => hit.where))];
    const more = where.length > 3 ? ` and ${where.length - 3} more` : '';
    const what = keyword === null ? 'one of the keywords' : `keyword “${keyword}”`;
    return `${what} in ${where.slice(0, 3).join(', ')}${more}`;
  });
};

const tierReason = (tier: Tier): string[] => {
  if (TIER_QUORUM[tier] === 0) return [];
  return [`tier ${tier} asks for ${TIER_QUORUM[tier] === 1 ? 'one approval' : 'two approvals'}`];
};

/**
 * Where a run goes after its checks (home-format): any FAIL and it failed; else it needs its tier's approvals (T2 one, T3
 * two), and a WARN, a degraded input, low or unreported confidence or a keyword raises T0 and T1 to one. Nothing ever
 * lowers what the tier asks for. Pure, so that the same facts always give the same way.
 */
export const route = (facts: RouteFacts): Routed => {
  const { tier, validation, degraded } = facts;
  const findings = [
    ...checkReasons(validation),
    ...degraded.map(({ name, status }) => `input ${name} is unavailable (${status})`),
    ...confidenceReason(facts.confidence, facts.review.confidence_below),
    ...keywordReasons(facts.keywordHits),
  ];
  if (validation.result === 'FAIL' || validation.checks.some(({ result }) => result === 'FAIL')) {
    return { route: 'failed', status: 'FAILED', quorum: 0, reasons: findings };
  }
  const status = degraded.length > 0 ? 'PARTIAL' : 'SUCCESS';
  const reasons = [
    ...findings,
    ...(facts.needsApproval ? ['a run reported from elsewhere needs an approval'] : []),
    ...tierReason(tier),
  ];
  const raised = reasons.length > 0 || validation.result === 'WARN';
  const quorum = TIER_QUORUM[tier] === 0 && raised ? 1 : TIER_QUORUM[tier];
  return { route: quorum === 0 ? 'promote' : 'review', status, quorum, reasons };
};
