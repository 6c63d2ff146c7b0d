/** Looks are seconds apart; one that comes so late was kept from happening: the database was away, or the host slept. */
const LONGEST_MS = 20_000;
/** So many looks later everybody else who lives had the time for a heartbeat. */
const LOOKS = 5;

/**
 * After an outage that this process had itself, others seem silent that only could not be heard. Until they had the time
 * to be heard again, silent is who was so before it.
 */
export class OwnOutage {
  #last: Date | null = null;
  #before: Date | null = null;
  #looks = 0;

  /** As of when others count as silent, for a look that happens now. */
  asOf(now: Date): Date {
    if (this.#looks === 0 && this.#last && now.getTime() - this.#last.getTime() > LONGEST_MS) {
      this.#looks = LOOKS;
      this.#before = this.#last;
    }
    return this.#looks > 0 ? (this.#before ?? now) : now;
  }

  /** To be called when a look came to its end. */
  looked(now: Date): void {
    this.#last = now;
    this.#looks = Math.max(0, this.#looks - 1);
  }
}
