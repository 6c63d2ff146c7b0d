import type { Outsider } from './outsider.ts';

/** Whoever did something on a platform, as far as we can vouch for them. */
export interface Sender {
  /** Their id there; empty where the payload names nobody, or a bot. */
  sender: string;
  /** Key of the person with that id in today's `cowork.yaml`, as long as the platform tells of no outsider. */
  person: string | null;
  /** Not listed, but a full member of what we serve, where `default_role` lets such members read. */
  member: boolean;
  /** The platform did not tell who they are, so they count for nobody this time; never of somebody who is listed. */
  unsure: boolean;
  /**
   * Why they count for nobody, listed or not; null for everybody else. With `default_role: none` nothing lets in who is not
   * listed, so the platform is asked nothing about them, and this says what the payload itself tells: of another workspace
   * or server, not past the rules. A guest reads "not listed" then, which is true, is the first thing that is missing,
   * and spares the question for each click of anybody; that guests may do nothing is told, by doctor too, once they are.
   */
  outsider: Outsider | null;
  /** `slack:C…`, `discord:` and the channel's id, or the platform and a word where there is no channel. */
  place: string;
}
