import { setTimeout as pause } from 'node:timers/promises';
import { messageOf } from '../domain/errors.js';
import type { Capture } from '../domain/segment.js';
import { LiveCapture, type LiveServices } from './live-capture.js';
import type { LiveReference } from './live-reference.js';

/** A capture that has ended is begun again after so long, ms. */
const AGAIN_AFTER = 5000;
/** While nothing comes, what is too old leaves all the same this often, ms. */
const EXPIRE_EVERY = 600_000;

/**
 * Captures a live reference until it is stopped; a capture that ends is begun again.
 * @param open begins a capture of its address; its signal is aborted when that is over, too
 */
export async function keepLive(
  live: LiveReference,
  services: LiveServices,
  open: (signal: AbortSignal) => Promise<Capture>,
  signal: AbortSignal,
): Promise<void> {
  const expiring = setInterval(() => void expire(), EXPIRE_EVERY);
  const expire = async () => {
    try {
      await services.index.expire(live);
    } catch (error) {
      if (!signal.aborted) services.onNote(live, `what is too old stays: ${messageOf(error)}`);
    }
  };
  try {
    await expire();
    while (!signal.aborted) {
      const attempt = new AbortController();
      const stop = () => attempt.abort(signal.reason);
      signal.addEventListener('abort', stop, { once: true });
      try {
        await new LiveCapture(live, await open(attempt.signal), services).run();
      } catch (error) {
        if (!signal.aborted) services.onNote(live, messageOf(error));
      } finally {
        // What each attempt has opened goes with it: a channel may be gone for days.
        signal.removeEventListener('abort', stop);
        stop();
      }
      await pause(AGAIN_AFTER, undefined, { signal }).catch(() => undefined);
    }
  } finally {
    clearInterval(expiring);
  }
}
