import { clockText, lengthText, type Reader } from '../../../blocks/time.ts';
import { sizeText } from '../../message/plain.ts';
import type { AttemptFact, StepFact } from '../../reports/run-timeline.ts';
import type { AttemptView, StepView } from '../pages/run-steps.ts';

/** The steps of a run as its page shows them; a step that has not begun says what it waits for. */
export const stepViews = (steps: readonly StepFact[], runId: string, ended: boolean, reader: Reader): StepView[] =>
  steps.map(({ step, needs, skill, most, attempts }) => ({
    step,
    skill: attempts.at(-1)?.skill ?? skill,
    state: attempts.at(-1)?.state ?? null,
    waits: attempts.length > 0 ? null : waitsText(needs, ended),
    needs,
    most,
    spans: spansOf(attempts, windowOf(steps, reader)),
    attempts: attempts.map((attempt) => attemptView(attempt, runId, step, reader)),
  }));

const waitsText = (needs: string[], ended: boolean): string => {
  if (ended) return 'It never began.';
  return needs.length > 0 ? `It has not begun; it comes after ${needs.join(', ')}.` : 'It has not begun.';
};

interface Window {
  from: number;
  ms: number;
}

/** From the first beginning of a step to the last end, or to now while one goes on. */
function windowOf(steps: readonly StepFact[], { now }: Reader): Window {
  const all = steps.flatMap(({ attempts }) => attempts);
  const from = Math.min(...all.map(({ started_at }) => Date.parse(started_at)));
  const to = Math.max(...all.map(({ ended_at }) => (ended_at ? Date.parse(ended_at) : now.getTime())));
  return { from, ms: to - from };
}

/** Where each attempt lies within the time of all steps; nothing where that took no time. */
const spansOf = (attempts: readonly AttemptFact[], { from, ms }: Window): StepView['spans'] =>
  !(ms > 0)
    ? []
    : attempts.map(({ started_at, ended_at, state }) => {
        const start = ((Date.parse(started_at) - from) / ms) * 100;
        const end = ended_at ? ((Date.parse(ended_at) - from) / ms) * 100 : 100;
        return { state, from: Math.round(start * 10) / 10, share: Math.max(0.5, Math.round((end - start) * 10) / 10) };
      });

const attemptView = (attempt: AttemptFact, runId: string, step: string, reader: Reader): AttemptView => {
  const begun = Date.parse(attempt.started_at);
  const end = attempt.ended_at ? Date.parse(attempt.ended_at) : reader.now.getTime();
  return {
    attempt: attempt.attempt,
    state: attempt.state,
    began: clockText(attempt.started_at, reader),
    took: `${attempt.ended_at ? 'took' : 'for'} ${lengthText(end - begun)}`,
    facts: factsOf(attempt, reader),
    error: attempt.error,
    log: attempt.log && {
      lines: attempt.log.lines,
      size: sizeText(attempt.log.bytes),
      cut: attempt.log.cut,
      href: `/runs/${encodeURIComponent(runId)}/logs/${encodeURIComponent(step)}/${attempt.attempt}`,
    },
  };
};

const factsOf = (attempt: AttemptFact, reader: Reader): string[] => [
  ...(attempt.exit_code === null ? [] : [`exit ${attempt.exit_code}`]),
  ...(attempt.fence ? [`fenced by ${attempt.fence}`] : []),
  ...(attempt.tokens === null ? [] : [`${attempt.tokens.toLocaleString('en-GB')} tokens`]),
  ...(attempt.next_not_before && attempt.state === 'transient'
    ? [`next try from ${clockText(attempt.next_not_before, reader)}`]
    : []),
  `skill hash ${attempt.skill_hash.replace(/^sha256:/, '').slice(0, 12)}`,
];
