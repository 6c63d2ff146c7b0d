import type { ReviewDecision, ReviewFact } from '../src/reports/review-fact.ts';
import { oneLine } from '../src/reviews/plain.ts';
import { clockText, dueText, personText, type Reader } from './time.ts';
import { counted, firstLines, hashText } from './words.ts';

const VERDICT = { approve: 'approved', reject: 'rejected', ask: 'asked for a change' } as const;
const MOST = 10;

/** `12 B`, `4.2 kB`, `1.0 MB`. */
export const sizeText = (bytes: number): string =>
  bytes < 1000 ? `${bytes} B` : bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;

/** `Maya approved today 09:05: "fine"` */
export const decisionText = (decision: ReviewDecision, reader: Reader): string =>
  `${personText(decision.person, reader)} ${VERDICT[decision.verdict]} ${clockText(decision.at, reader)}` +
  `${decision.reason ? `: "${oneLine(decision.reason)}"` : ''}`;

/** One item in plain text: why it waits, what was checked, what it holds, where it goes, who can decide. */
export function reviewText(item: ReviewFact, reader: Reader): string {
  const waits = item.state === 'open';
  const people = item.may_decide.map((person) => personText(person, reader));
  const lines = [
    `Review ${item.review_id} · ${oneLine(item.title)} · ${item.severity} · ${item.tier} · ${stateText(item, reader)}`,
    item.result ?? '',
    `Here because: ${item.reasons.map((reason) => oneLine(reason)).join('; ')}`,
    ...item.decisions.map((decision) => `  ${decisionText(decision, reader)}`),
    item.looking.length > 0
      ? `Being looked at by ${item.looking.map((one) => personText(one, reader)).join(', ')}`
      : '',
    `Checks: ${item.checks.length > 0 ? item.validation : 'none'}`,
    ...item.checks
      .filter(({ result }) => result !== 'PASS')
      .map((check) => `  ${check.name} ${check.result}: ${oneLine(check.message)}`),
    'Output:',
    ...firstLines(
      item.outputs.map(({ path, bytes }) => `  ${oneLine(path)} (${sizeText(bytes)})`),
      MOST,
      'files',
    ),
    `Goes to ${item.target}/`,
    `${hashText(item.output_hash)} · run ${item.run_id}`,
    item.quorum > 1 ? `Needs ${item.quorum} different people: ${item.approvals.length} of ${item.quorum}` : '',
    waits && people.length > 0 ? `Can decide: ${people.join(', ')}` : '',
    item.cannot_decide ?? '',
    item.hidden ?? '',
    item.brief ? `\n${item.brief.trimEnd()}\n` : '',
  ];
  return lines.filter((line) => line !== '').join('\n');
}

const stateText = (item: ReviewFact, reader: Reader): string => {
  if (item.state !== 'open') return item.state.replace('_', ' ');
  if (item.rechecking) return 'its outputs changed, being checked again';
  return item.held ? `held, ${counted(1, 'decision')} needed` : dueText(item.due_at, reader);
};
