import { invalid } from '../errors.ts';
import type { Verdict, Via } from '../store/schema.ts';
import { reviewName } from './review-id.ts';

/** One person's decision about one item, as a button, a form, a command or a call brings it. */
export interface DecideRequest {
  reviewId: number;
  /** Key of the person in `cowork.yaml`; null for somebody who is nobody there. */
  person: string | null;
  via: Via;
  /** Who runs the CLI, where that is not the person. */
  operator?: string | null | undefined;
  verdict: Verdict;
  /** What the person saw. Whatever is given must be what is there; `hash` (12 or more hex digits) must be given to approve. */
  revision?: number | undefined;
  hash?: string | undefined;
  briefHash?: string | undefined;
  definitionHash?: string | undefined;
  /** Required to reject and to ask for a change. */
  reason?: string | undefined;
}

export const LONGEST_REASON = 4000;
const SHORTEST_HASH = 12;

/** A request whose form is right: reasons trimmed, hashes as plain hex. Throws `invalid` with what to write instead. */
export function readRequest(request: DecideRequest) {
  const name = reviewName(request.reviewId);
  const reason = request.reason?.replaceAll('\0', '').trim() || null;
  if (reason !== null && reason.length > LONGEST_REASON) {
    throw invalid(`The reason has ${reason.length} characters; ${LONGEST_REASON} is the most. Nothing was decided.`);
  }
  if (request.verdict === 'reject' && !reason) {
    throw invalid(`Say why you reject ${name}: whoever looks after the skill reads it. Nothing was decided.`);
  }
  if (request.verdict === 'ask' && !reason) {
    throw invalid(`Say what should change in ${name}: the next run is given your note. Nothing was decided.`);
  }
  if (request.verdict === 'approve' && !request.hash) {
    throw invalid(
      `Say which bytes you approve: approve ${name} --hash and the first 12 digits of its sha256. Nothing was decided.`,
    );
  }
  return {
    ...request,
    reason,
    hash: readHash(request.hash),
    briefHash: readHash(request.briefHash),
    definitionHash: readHash(request.definitionHash),
  };
}

export type ReadRequest = ReturnType<typeof readRequest>;

function readHash(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const hex = text
    .toLowerCase()
    .replace(/^sha256:?/, '')
    .replace(/\s+/g, '');
  if (/^[0-9a-f]*$/.test(hex) && hex.length >= SHORTEST_HASH && hex.length <= 64) return hex;
  throw invalid(
    `${JSON.stringify(text.slice(0, 80))} is no hash: give ${SHORTEST_HASH} to 64 hexadecimal digits. Nothing was decided.`,
  );
}

/** Whether a hash a person gave, perhaps shortened, is this `sha256:<hex>`; one that was not given is. */
export const means = (given: string | undefined, hash: string): boolean =>
  given === undefined || hash.replace(/^sha256:/, '').startsWith(given);
