import { raiseAlert } from '../../../alerts/raise.ts';
import { recoverAlerts } from '../../../alerts/recover.ts';
import type { Ground } from '../../../ground.ts';
import { unreachableKey } from '../../route.ts';
import { plainError, withoutSecrets } from './library-log.ts';

/** Attempts in a row before people are told. */
const UNTIL_TOLD = 3;
/** What no waiting heals, so that it is told at once. */
const FATAL =
  /^(not_authed|invalid_auth|account_inactive|user_removed_from_team|team_disabled|token_revoked|token_expired|not_allowed_token_type|missing_scope|team_access_not_granted|access_denied)$/;
const KEY = unreachableKey('slack');

/**
 * Tells the team when Slack does not let us in, so that nothing pressed or typed there reaches us, and when it does again;
 * each once. What is to be said in Slack has its own way of being missed.
 */
export class Unheard {
  readonly #ground: Ground;
  #failures = 0;
  /** At first unknown: a process before this one may have told of it. */
  #mayBeTold = true;
  #told = false;
  #last: Promise<void> = Promise.resolve();
  /** Why Slack does not let us in; null where it does, or was not asked yet. */
  why: string | null = null;

  constructor(ground: Ground) {
    this.#ground = ground;
  }

  /** To be called after each attempt: null when it worked. */
  tried(why: string | null): void {
    if (why === null) this.#works();
    else this.#fails(withoutSecrets(why));
  }

  /** Resolves when everything that was to be written has been. */
  settled(): Promise<void> {
    return this.#last;
  }

  #works(): void {
    if (this.why !== null) this.#ground.log.info('Slack lets us in again.');
    const told = this.#mayBeTold;
    this.#failures = 0;
    this.#mayBeTold = false;
    this.#told = false;
    this.why = null;
    if (!told) return;
    this.#write(({ db, clock }) =>
      db.transaction().execute((tx) => recoverAlerts(tx, clock.now(), [KEY], { reason: 'Slack lets us in again' })),
    );
  }

  #fails(why: string): void {
    if (this.why !== why) this.#ground.log.error({ why }, 'Slack does not let us in; it is tried again and again.');
    this.why = why;
    this.#failures += 1;
    if (this.#told || (this.#failures < UNTIL_TOLD && !FATAL.test(why))) return;
    this.#told = true;
    this.#mayBeTold = true;
    this.#write(({ db, clock }) =>
      db.transaction().execute(async (tx) => {
        await raiseAlert(tx, clock.now(), {
          kind: 'UNREACHABLE',
          key: KEY,
          severity: 'P2',
          workflow: null,
          error_class: 'Unreachable',
          error_message: `Slack does not let us in (${why}): buttons and commands there do not reach us. Decide on the console meanwhile. Whoever runs the product looks at the tokens with "cowork-ops doctor"; it is tried again by itself.`,
        });
      }),
    );
  }

  #write(act: (ground: Ground) => Promise<void>): void {
    this.#last = this.#last
      .then(() => act(this.#ground))
      .catch((error) => this.#ground.log.warn(plainError(error), 'That Slack does not let us in was not noted.'));
  }
}
