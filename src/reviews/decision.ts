import type { ReviewState } from '../store/schema.ts';
import type { Item } from './item.ts';
import type { ReadRequest } from './request.ts';
import type { Asked } from './rights.ts';

/** What a decision came to. */
export interface Decided {
  review_id: number;
  run_id: string;
  workflow: string;
  state: ReviewState;
  /** People whose approval of this revision counts. */
  approvals: string[];
  quorum: number;
  /** Home-relative folder the outputs go to, once approved. */
  promotes_to: string | null;
  /** The run that makes the change, where one was asked for. */
  next_run_id: string | null;
  /** One sentence for the person who decided. */
  message: string;
}

/** A decision on its way: everything that was read and found in order, for the transaction to hold on to. */
export interface Decision {
  item: Item;
  asked: Asked;
  request: ReadRequest & { person: string };
}
