import type { SkillResult } from '../skills/runners/types.ts';
import type { KeyNumber, StepAttemptRow } from '../store/schema.ts';
import { lowestConfidence } from './route.ts';

/** What the skills of a run said, taken together. Their words: shown quoted, never believed. */
export interface Told {
  summary: string | null;
  confidence: number | null;
  flags: string[];
  keyNumbers: KeyNumber[];
}

/** Summaries in the steps' order, the lowest confidence, each flag once, all key numbers. `order` are step ids. */
export const toldBy = (finished: readonly StepAttemptRow[], order: readonly string[]): Told => {
  const results: SkillResult[] = order.flatMap((step) => finished.find((row) => row.step === step)?.result ?? []);
  const summaries = results.flatMap((result) => (result.summary ? [result.summary] : []));
  return {
    summary: summaries.length > 0 ? summaries.join('\n') : null,
    confidence: lowestConfidence(results.map((result) => result.confidence)),
    flags: [...new Set(results.flatMap((result) => result.flags ?? []))],
    keyNumbers: results.flatMap((result) => result.key_numbers ?? []),
  };
};
