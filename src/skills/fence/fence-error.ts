import type { AttemptErrorClass } from '../runners/types.ts';

/** Ends an attempt with one of our error classes; the message is a sentence for people, without secrets. */
export class FenceError extends Error {
  readonly errorClass: AttemptErrorClass;
  /** What the attempt ran with, where it came that far. */
  fence = '';

  constructor(errorClass: AttemptErrorClass, message: string) {
    super(message);
    this.name = 'FenceError';
    this.errorClass = errorClass;
  }
}
