/** A collection takes some 100 ms of all threads together: so many tasks share it. */
const TASKS = 400;

let tasks = 0;

/**
 * To be called after each task. V8 lets some 64 MiB of dead array buffers gather in each thread before it looks
 * after them; here they are most of what there is, and collecting them now and then keeps the process small and
 * its size steady. Does nothing in a process that was not started with --expose-gc.
 */
export function tidyUp(): void {
  if (++tasks % TASKS === 0) globalThis.gc?.();
}
