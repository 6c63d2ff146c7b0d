import { CoworkError, messageOf } from '../../errors.ts';
import type { Ground } from '../../ground.ts';

/** Why a stream looks: its channel changed, another may have, it was long enough. */
export type Due = 'own' | 'others' | 'beat';

/** What is to be sent, whether there is more to look at, and whether the stream ends with it. */
export interface Looked {
  frames: string;
  more: boolean;
  last: boolean;
}

/** What a stream asks when it looks. Throws a `CoworkError` where the reader may not (any more) be told. */
export type Look = (due: ReadonlySet<Due>) => Promise<Looked>;

const BEGIN = 'retry: 2000\n: live\n\n';
const BYE = 'event: bye\ndata: {}\n\n';
/** A reader that has not taken what was offered for so long is taken for gone. */
const SLOW_MS = 30_000;

/**
 * One open page that is told what changes. Whatever happens only marks that there is something to look at; what is sent is
 * read when the page has taken what was sent before, so that a slow one holds one piece in memory and not a queue.
 */
export class LiveStream {
  readonly body: ReadableStream<Uint8Array>;
  readonly #ground: Pick<Ground, 'clock' | 'log'>;
  readonly #look: Look;
  readonly #over: () => void;
  readonly #due = new Set<Due>();
  #controller: ReadableStreamDefaultController<Uint8Array> | undefined;
  #wake: () => void = () => {};
  #begun = false;
  #ended = false;
  /** Since when something waits to be taken; at first the stream itself. */
  #offeredAt: Date | null;

  /** `over` is called once, however it ends. */
  constructor(ground: Pick<Ground, 'clock' | 'log'>, look: Look, over: () => void) {
    this.#ground = ground;
    this.#look = look;
    this.#over = over;
    this.#offeredAt = ground.clock.now();
    this.body = new ReadableStream(
      {
        start: (controller) => {
          this.#controller = controller;
        },
        pull: (controller) => this.#pull(controller),
        cancel: () => this.end(),
      },
      { highWaterMark: 0 },
    );
    this.#due.add('own').add('others');
  }

  /** There may be something to tell. */
  mark(due: Due): void {
    this.#due.add(due);
    this.#wake();
    if (due === 'beat') this.#dropIfSlow();
  }

  /** Ends it in good order: what was sent arrives, nothing more comes. */
  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#wake();
    this.#over();
  }

  #dropIfSlow(): void {
    const { clock, log } = this.#ground;
    if (this.#offeredAt === null || clock.now().getTime() - this.#offeredAt.getTime() < SLOW_MS) return;
    log.info({}, 'a page did not take what it was sent and was dropped');
    this.end();
    this.#controller?.error(new Error('not taken'));
  }

  async #pull(controller: ReadableStreamDefaultController<Uint8Array>): Promise<void> {
    this.#offeredAt = null;
    const frames = await this.#next();
    if (frames === null) {
      controller.close();
      return;
    }
    this.#offeredAt = this.#ground.clock.now();
    controller.enqueue(new TextEncoder().encode(frames));
  }

  /** The next piece to send, when there is one; null at the end. */
  async #next(): Promise<string | null> {
    if (!this.#begun) {
      this.#begun = true;
      return BEGIN;
    }
    while (!this.#ended) {
      if (this.#due.size === 0) {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
        continue;
      }
      const frames = await this.#looked();
      if (frames !== '') return frames;
    }
    return null;
  }

  async #looked(): Promise<string> {
    const due = new Set(this.#due);
    this.#due.clear();
    try {
      const { frames, more, last } = await this.#look(due);
      if (more) this.#due.add('own');
      if (this.#ended) return '';
      if (last) this.end();
      return frames === '' && due.has('beat') ? ': beat\n\n' : frames;
    } catch (error) {
      const said = error instanceof CoworkError && error.code === 'refused';
      // Anything else is a fault of ours: the page comes again, and is told then.
      if (!said) this.#ground.log.warn({ err: error }, `a page cannot be told what changed: ${messageOf(error)}`);
      this.end();
      return said ? BYE : '';
    }
  }
}
