/**
 * Resolves at the first SIGINT or SIGTERM, or after a time; a second signal ends the process at once.
 * @param duration s; absent = for ever
 * @param over resolves when there is nothing to wait for any more
 */
export function untilStopped(duration?: number, over?: Promise<unknown>): Promise<void> {
  return new Promise((resolve) => {
    // A pending promise alone does not keep a process alive.
    const timer = duration
      ? setTimeout(() => stop(), 1000 * duration)
      : setInterval(() => undefined, 2 ** 30);
    const stop = () => {
      clearTimeout(timer);
      process.off('SIGINT', stop);
      process.off('SIGTERM', stop);
      resolve();
    };
    process.once('SIGINT', stop);
    process.once('SIGTERM', stop);
    over?.then(stop, stop);
  });
}
