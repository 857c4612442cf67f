import { type ErrorCode, StreamprintError } from './errors.js';

/** What a thread answers to a call: `error` is one of ours, `fault` something that should not happen. */
export type ThreadAnswer<T> = { readonly id: number } & (
  | { readonly result: T }
  | { readonly error: { readonly code: ErrorCode; readonly message: string } }
  | { readonly fault: string }
);

interface Waiting<T> {
  readonly resolve: (result: T) => void;
  readonly reject: (error: Error) => void;
}

/** Calls that were sent to a thread, until they are answered. */
export class WaitingCalls<T> {
  readonly #waiting = new Map<number, Waiting<T>>();
  #next = 0;

  get size(): number {
    return this.#waiting.size;
  }

  /** @param send given the number that the answer must have */
  ask(send: (id: number) => void): Promise<T> {
    const id = this.#next++;
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      send(id);
    });
  }

  take(answer: ThreadAnswer<T>): void {
    const waiting = this.#waiting.get(answer.id);
    this.#waiting.delete(answer.id);
    if ('result' in answer) waiting?.resolve(answer.result);
    else if ('error' in answer)
      waiting?.reject(new StreamprintError(answer.error.code, answer.error.message));
    else waiting?.reject(new Error(answer.fault));
  }

  /** The thread is no more. */
  fail(why: Error): void {
    for (const { reject } of this.#waiting.values()) reject(why);
    this.#waiting.clear();
  }
}
