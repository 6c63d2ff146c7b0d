import type { Answer, Asker, World } from '../../../commands/command.ts';
import type { Click } from '../../message/action.ts';
import type { Via } from '../../store/schema.ts';
import type { Values } from './values.ts';

/** A click (and the form behind it) of a verified person, as an adapter or the page brings it. */
export interface ActRequest {
  click: Click;
  /** What the form held, by field; empty where the button asks for nothing. */
  values: Values;
  /** Key of the person in `cowork.yaml`; null for somebody who is nobody there. */
  person: string | null;
  /** Not listed, but a full member of the chat workspace: buttons that only read answer as `default_role` allows. */
  member?: boolean | undefined;
  via: Via;
  /** Their id on the chat platform, for the answer to somebody who is not listed, and for the trail of refusals. */
  sender?: string | undefined;
  /** Where the message with the button is. */
  place: string;
  /** Id of what was noted of it, where it was: performed again, it starts no second run. */
  ask?: number | undefined;
}

/** One intent's way to its door: reads subject, revision and form, and lets the door decide. */
export type Perform = (world: World, act: ActRequest) => Promise<Answer>;

export const askerOf = ({ person, via, ask }: ActRequest): Asker => ({ person, via, operator: null, ask });
